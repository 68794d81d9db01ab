package import NIOCore

package struct UsageBacklog: Equatable, Sendable {
    private var waitingSince: NIODeadline?

    package init() {}

    package mutating func note(pending: Int, at now: NIODeadline) {
        if pending == 0 {
            waitingSince = nil
        } else if waitingSince == nil {
            waitingSince = now
        }
    }

    package func age(at now: NIODeadline) -> Duration {
        waitingSince.map { .nanoseconds((now - $0).nanoseconds) } ?? .zero
    }
}
