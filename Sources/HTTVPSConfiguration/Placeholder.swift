package enum HTTVPSConfigurationPlaceholder {}
