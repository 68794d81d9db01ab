enum UsageGroup: String, CaseIterable, Sendable {
    case user
    case device
    case node
    case gateway
    case region

    var member: String { self == .region ? rawValue : rawValue + "_id" }
}

enum UsageInterval: String, CaseIterable, Sendable {
    case hour
    case day

    var seconds: Double { self == .hour ? 3_600 : 86_400 }
}
