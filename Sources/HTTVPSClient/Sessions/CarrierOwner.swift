import HTTVPSProtocol

protocol CarrierOwner: AnyObject {
    func carrier(_ carrier: Carrier, received message: WebSocketMessage)
    func carrierReadCompleted(_ carrier: Carrier)
    func carrierMayWrite(_ carrier: Carrier)
    func carrierDoubted(_ carrier: Carrier)
    func carrierRecovered(_ carrier: Carrier)
    func carrierEnded(_ carrier: Carrier, _ end: CarrierEnd)
}

enum CarrierEnd: Equatable, Sendable {
    case broken(String)
    case faulty(TunnelError)
}
