package enum HTTVPSSodiumPlaceholder {}
