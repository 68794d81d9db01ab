import HTTVPSProtocol
import HTTVPSShadowsocks

enum FuzzTargets {
    static func all() throws -> [any FuzzTarget] {
        let openers = try CipherMethod.allCases.map { try StreamOpenerTarget(method: $0) }
        return [
            WebSocketTarget(role: .gateway), WebSocketTarget(role: .client), BinaryFrameTarget(), JSONFrameTarget(),
            HelloTarget(), AuthResultTarget(),
        ] + openers + [
            PacketOpenerTarget(), AccessKeyTarget(), AddressTextTarget(), SocksAddressTarget(),
            NegotiationTarget(kind: .socks), NegotiationTarget(kind: .http), UpgradeTarget(), ProxyHeaderTarget(),
        ]
    }
}
