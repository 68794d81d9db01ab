enum Measure: String, CaseIterable, Sendable {
    case setUp
    case verdict
    case firstByte
    case roundTrip
    case bulk
    case validate

    var title: String {
        switch self {
        case .setUp: "session: TCP to auth_result"
        case .verdict: "session: hello to auth_result"
        case .firstByte: "stream: open to first echo"
        case .roundTrip: "stream: ping-pong"
        case .bulk: "stream: bulk, both ways"
        case .validate: "validate-device, at a client"
        }
    }
}
