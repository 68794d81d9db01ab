package enum HTTVPSShadowsocksPlaceholder {}
