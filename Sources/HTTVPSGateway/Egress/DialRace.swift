package struct DialRace: Sendable {
    package enum OnFailure: Equatable, Sendable { case wait, dialNext }

    package enum OnNoneLeft: Equatable, Sendable { case wait, ask, giveUp }

    private static let mostAtOnce = 2

    package private(set) var tried: Set<String> = []
    private var running: Set<String> = []
    private var isWon = false
    private var hasAsked = false

    package init() {}

    package mutating func started(_ nodeID: String) {
        tried.insert(nodeID)
        running.insert(nodeID)
    }

    package func mayHedge(_ nodeID: String) -> Bool {
        !isWon && running.contains(nodeID) && running.count < Self.mostAtOnce
    }

    package mutating func failed(_ nodeID: String) -> OnFailure {
        running.remove(nodeID)
        return isWon || !running.isEmpty ? .wait : .dialNext
    }

    package mutating func noneLeft() -> OnNoneLeft {
        if isWon || !running.isEmpty { return .wait }
        if hasAsked { return .giveUp }
        hasAsked = true
        return .ask
    }

    package mutating func connected(_ nodeID: String) -> Bool {
        running.remove(nodeID)
        defer { isWon = true }
        return !isWon
    }

    package mutating func restart(allowing nodeID: String? = nil) {
        isWon = false
        if let nodeID { tried.remove(nodeID) }
    }
}
