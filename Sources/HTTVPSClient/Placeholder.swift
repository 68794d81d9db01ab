package enum HTTVPSClientPlaceholder {}
