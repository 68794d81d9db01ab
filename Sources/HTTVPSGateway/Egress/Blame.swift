package struct Blame: Sendable {
    private static let mostTargets = 256

    private var suspects: [Int: String] = [:]

    package init() {}

    package mutating func answered(target: Int) { suspects[target] = nil }

    package mutating func fallsOnNode(_ nodeID: String, target: Int) -> Bool {
        if let earlier = suspects[target] { return earlier == nodeID }
        if suspects.count >= Self.mostTargets { suspects = [:] }
        suspects[target] = nodeID
        return true
    }
}
