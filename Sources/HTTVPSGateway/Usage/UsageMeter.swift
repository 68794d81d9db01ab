package import HTTVPSObservability

package final class UsageMeter: Sendable {
    package let sessionID: String
    private let slot: CounterSlot

    init(sessionID: String, slot: CounterSlot) {
        self.sessionID = sessionID
        self.slot = slot
    }

    package func countUp(_ bytes: Int) { slot.add(Int64(bytes), to: .bytesUp) }

    package func countDown(_ bytes: Int) { slot.add(Int64(bytes), to: .bytesDown) }

    package func countStream() { slot.add(1, to: .streamsOpened) }

    package var bytesMoved: Int64 { slot.load(.bytesUp) + slot.load(.bytesDown) }

    package var counters: SessionCounters {
        SessionCounters(
            bytesUp: slot.load(.bytesUp), bytesDown: slot.load(.bytesDown), streamsOpened: slot.load(.streamsOpened))
    }

    package func issued(seq: Int64) { slot.store(seq, in: .seq) }

    package func ended(reason: String, at time: Timestamp) { slot.end(reason: reason, at: time.millisecondsSinceEpoch) }

    package func reopened() { slot.store(0, in: .endedAt) }

    package func forgotten() { slot.retire() }
}
