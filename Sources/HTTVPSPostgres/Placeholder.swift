package enum HTTVPSPostgresPlaceholder {}
