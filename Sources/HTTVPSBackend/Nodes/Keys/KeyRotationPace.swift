import Foundation

struct KeyRotationPace: Sendable {
    var lease = 30
    var drainAtLeast: TimeInterval = 5
    var drainAtMost: TimeInterval = 40
    var drainLook: TimeInterval = 1
    var longestPause: TimeInterval = 300
    var lateKeyAttempts = 20
    var lateKeyPause: TimeInterval = 3
    var retirementGivenUpAfter: TimeInterval = 86_400

    func pause(afterAttempt attempt: Int, of step: KeyRotation.Step) -> TimeInterval {
        let isLateKey = step == .canary && attempt <= lateKeyAttempts
        return min(isLateKey ? lateKeyPause : longestPause, Double(1 << min(max(attempt - 1, 0), 16)))
    }

    func isDrained(flippedAt: Date, holders: Int64, at now: Date) -> Bool {
        let passed = now.timeIntervalSince(flippedAt)
        return passed >= drainAtMost || holders == 0 && passed >= drainAtLeast
    }
}
