import Synchronization

@testable import HTTVPSClient

final class LeapingClock: Sendable {
    private let leapt = Mutex(Duration.zero)
    private let start = ContinuousClock.now

    var clock: TunnelClock {
        TunnelClock(
            now: { self.start + self.leapt.withLock { $0 } },
            sleep: { pause in
                self.leapt.withLock { $0 += pause }
                try await Task.sleep(for: .milliseconds(1))
            })
    }
}
