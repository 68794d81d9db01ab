struct ResumePolicy: Sendable {
    private static let pauses: [Duration] = [
        .milliseconds(100), .milliseconds(250), .milliseconds(500), .seconds(1), .seconds(2),
    ]

    private let window: Duration
    private var failures = 0

    init(window: Duration) { self.window = window }

    mutating func next(elapsed: Duration, jitter: Double) -> Duration? {
        guard elapsed < window else { return nil }
        let ceiling = Self.pauses[min(failures, Self.pauses.count - 1)]
        failures += 1
        return min(ceiling * (0.75 + 0.25 * min(max(jitter, 0), 1)), window - elapsed)
    }
}
