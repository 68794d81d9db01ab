import NIOCore

struct SiteTimeouts: Sendable {
    var idle = TimeAmount.seconds(60)
    var head = TimeAmount.seconds(30)
    var body = TimeAmount.seconds(30)
    var send = TimeAmount.seconds(60)
    var linger = TimeAmount.seconds(2)
}
