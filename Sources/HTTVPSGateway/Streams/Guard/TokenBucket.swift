package import NIOCore

package struct TokenBucket: Sendable {
    private let capacity: Double
    private let perNanosecond: Double
    private var tokens: Double
    private var filledAt: NIODeadline

    package init(capacity: Int, perMinute: Int, at now: NIODeadline) {
        self.capacity = Double(capacity)
        perNanosecond = Double(perMinute) / 60e9
        tokens = self.capacity
        filledAt = now
    }

    package mutating func isFull(at now: NIODeadline) -> Bool {
        fill(at: now)
        return tokens >= capacity
    }

    package mutating func hasToken(at now: NIODeadline) -> Bool {
        fill(at: now)
        return tokens >= 1
    }

    package mutating func take() { tokens -= 1 }

    private mutating func fill(at now: NIODeadline) {
        guard now > filledAt else { return }
        tokens = min(capacity, tokens + Double((now - filledAt).nanoseconds) * perNanosecond)
        filledAt = now
    }
}
