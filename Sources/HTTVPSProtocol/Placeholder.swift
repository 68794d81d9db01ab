package enum HTTVPSProtocolPlaceholder {}
