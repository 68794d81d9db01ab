package enum HTTVPSObservabilityPlaceholder {}
