import Synchronization

package final class UsageMeter: Sendable {
    package let sessionID: String
    private let up = Atomic<Int64>(0)
    private let down = Atomic<Int64>(0)
    private let streams = Atomic<Int64>(0)

    package init(sessionID: String) { self.sessionID = sessionID }

    package func countUp(_ bytes: Int) { up.wrappingAdd(Int64(bytes), ordering: .relaxed) }

    package func countDown(_ bytes: Int) { down.wrappingAdd(Int64(bytes), ordering: .relaxed) }

    package func countStream() { streams.wrappingAdd(1, ordering: .relaxed) }

    package var bytesMoved: Int64 { up.load(ordering: .relaxed) + down.load(ordering: .relaxed) }

    package var counters: SessionCounters {
        SessionCounters(
            bytesUp: up.load(ordering: .relaxed), bytesDown: down.load(ordering: .relaxed),
            streamsOpened: streams.load(ordering: .relaxed))
    }
}
