import NIOCore

struct ConnectLimits: Equatable, Sendable {
    var connect: TimeAmount
    var tls: TimeAmount
    var upgrade: TimeAmount

    init(each: TimeAmount) {
        connect = each
        tls = each
        upgrade = each
    }
}
