package struct RetryPolicy: Equatable, Sendable {
    package var first: Duration
    package var longest: Duration
    package private(set) var failures = 0

    package init(first: Duration = .milliseconds(500), longest: Duration = .seconds(15)) {
        self.first = first
        self.longest = longest
    }

    package mutating func succeeded() { failures = 0 }

    package mutating func failed(retryAfter: Duration? = nil, random: Double) -> Duration {
        let ceiling = min(longest, first * (1 << min(failures, 16)))
        failures += 1
        let share = 0.5 + 0.5 * min(max(random, 0), 1)
        return max(ceiling * share, min(retryAfter ?? .zero, longest * 4))
    }
}
