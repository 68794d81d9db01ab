package import HTTVPSProtocol

package struct RecoveredUsage: Equatable, Sendable {
    package static let beyondAnythingSent: Int64 = 1_000_000
    package static let reason = "gateway_restart"

    package var epoch: String
    package var usage: SessionUsage

    package init(epoch: String, counted: SessionUsage) {
        self.epoch = epoch
        usage = counted
        usage.seq += Self.beyondAnythingSent
        if usage.final != true {
            usage.final = true
            usage.closeReason = Self.reason
        }
    }
}
