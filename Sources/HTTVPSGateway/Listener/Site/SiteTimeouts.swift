import NIOCore

struct SiteTimeouts: Sendable {
    var idle = TimeAmount.seconds(60)
    var head = TimeAmount.seconds(30)
    var body = TimeAmount.seconds(30)
    var bodyBytesPerSecond = 500
    var send = TimeAmount.seconds(60)
    var linger = TimeAmount.seconds(2)

    func bodyEnds(begunAt start: NIODeadline, received bytes: Int, at now: NIODeadline) -> NIODeadline {
        let earned = TimeAmount.milliseconds(Int64(bytes) * 1_000 / Int64(max(1, bodyBytesPerSecond)))
        return min(now + body, start + body + earned)
    }
}
