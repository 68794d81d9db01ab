public import ArgumentParser
public import HTTVPSClient

extension CarrierPreference: ExpressibleByArgument {}
