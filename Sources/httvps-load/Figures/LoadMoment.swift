struct LoadMoment: Equatable, Sendable {
    var seconds: Double
    var sessions: Int
    var streams: Int
    var failures: Int
    var bytesChecked: Int
    var p95: [Measure: Double] = [:]
    var backendValidateP95: Double?
    var memory: [Service: Double] = [:]
}

enum Service: String, CaseIterable, Sendable {
    case gateway
    case backend
    case load

    var title: String {
        switch self {
        case .gateway: "gateway"
        case .backend: "backend"
        case .load: "this load program"
        }
    }
}
