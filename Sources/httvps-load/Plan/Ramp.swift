struct Ramp: Equatable, Sendable {
    let sessions: Int
    let seconds: Double

    func start(of index: Int, jitter: Double) -> Double {
        guard sessions > 0 else { return 0 }
        return (Double(index) + min(max(jitter, 0), 1)) * seconds / Double(sessions)
    }
}
