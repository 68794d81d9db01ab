import HTTVPSProtocol
import NIOCore

enum FrameSample {
    static func address(_ random: inout Seeded) -> TargetAddress? {
        let port = UInt16(truncatingIfNeeded: random.next())
        switch random.below(4) {
        case 0: return TargetAddress(host: .ipv4(UInt32(truncatingIfNeeded: random.next())), port: port)
        case 1:
            let address = IPv6Address(high: random.next() & random.next(), low: random.next() & random.next())
            return TargetAddress(host: .ipv6(address), port: port)
        default: return TargetAddress(host: .name(random.name(30)), port: port)
        }
    }

    static func frame(named: Bool, _ random: inout Seeded) -> Frame {
        let id: StreamID = named ? .name(random.name(20)) : .number(UInt32(random.number() & 0x3FFF_FFFF))
        switch random.below(12) {
        case 0: return .streamOpen(id, target: address(&random), data: data(&random))
        case 1: return .streamOpened(id)
        case 2: return .streamData(id, data(&random))
        case 3: return .streamFinish(id)
        case 4: return .streamClose(id, StreamCloseReason(number: random.below(14)), message: random.text(8))
        case 5: return .streamWindow(id, received: random.number(), limit: random.number())
        case 6: return .datagram(id, target: address(&random), data: data(&random))
        case 7: return .ping(nonce(named, &random))
        case 8: return .pong(nonce(named, &random))
        case 9: return .padding(random.count(40))
        case 10: return .goaway(reason: random.name(10), graceSeconds: random.number())
        default: return .error(code: random.name(10), message: random.text(8), stream: named ? id : nil)
        }
    }

    private static func data(_ random: inout Seeded) -> ByteBuffer { ByteBuffer(bytes: random.bytes(random.count(64))) }

    private static func nonce(_ named: Bool, _ random: inout Seeded) -> ByteBuffer {
        named ? ByteBuffer(string: random.text(20)) : ByteBuffer(bytes: random.bytes(random.count(9)))
    }
}
