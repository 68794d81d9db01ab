import NIOCore

final class Traffic {
    var up: UInt64 = 0
    var down: UInt64 = 0
    var datagramsDropped: UInt64 = 0
    private(set) var pauses = 0
    private(set) var lastPause: TimeAmount?
    private var pausedAt: NIODeadline?

    func pause(at now: NIODeadline) {
        guard pausedAt == nil else { return }
        pausedAt = now
        pauses += 1
    }

    func unpause(at now: NIODeadline) {
        guard let pausedAt else { return }
        lastPause = now - pausedAt
        self.pausedAt = nil
    }
}
