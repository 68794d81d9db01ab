import HTTVPSShadowsocks
import NIOCore

struct PacketOpenerTarget: FuzzTarget {
    let name = "Shadowsocks packet"
    let share = 2
    private let key = MasterKey(password: "fuzz", method: .chacha20Poly1305)
    private let payload = ByteBuffer(string: "the only payload ever sealed")

    func sample(_ random: inout Seeded) throws -> [UInt8] {
        var out = ByteBuffer()
        let salt = try Salt(random.bytes(32), method: .chacha20Poly1305)
        try PacketSealer(key: key).seal(address: ByteBuffer(), payload: payload, salt: salt, into: &out)
        return Array(out.readableBytesView)
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        guard let opened = try? PacketOpener(key: key).open(ByteBuffer(bytes: input)) else { return .refused }
        guard opened == payload else { throw FuzzFinding("a packet opened that nobody sealed") }
        return .accepted
    }
}
