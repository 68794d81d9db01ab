import NIOCore

@testable import HTTVPSProtocol

extension Seeded {
    mutating func frame(_ encoding: FrameEncoding) -> Frame {
        let id = streamID(encoding)
        switch below(12) {
        case 0: return .streamOpen(id, target: target(), data: data())
        case 1: return .streamOpened(id)
        case 2: return .streamData(id, data())
        case 3: return .streamFinish(id)
        case 4: return .streamClose(id, StreamCloseReason(number: UInt64(below(13))), message: words())
        case 5: return .streamWindow(id, received: offset(), limit: offset())
        case 6: return .datagram(id, target: target(), data: data())
        case 7: return .ping(nonce(encoding))
        case 8: return .pong(nonce(encoding))
        case 9: return .padding(below(600))
        case 10: return .goaway(reason: words(), graceSeconds: offset())
        default: return .error(code: words(), message: words(), stream: nil)
        }
    }

    private mutating func streamID(_ encoding: FrameEncoding) -> StreamID {
        let number = UInt32(offset() & UInt64(StreamID.maximumNumber))
        return encoding == .binary ? .number(number) : .name("s-\(number)_")
    }

    private mutating func offset() -> UInt64 { next() >> UInt64(2 + below(62)) }

    private mutating func data() -> ByteBuffer { bytes(below(chance(20) ? 16_385 : 200)) }

    private mutating func words() -> String {
        String((0..<below(20)).compactMap { _ in "aZ0 \"\\/\n\u{0}é😀\u{301}".randomElement(using: &self) })
    }

    private mutating func nonce(_ encoding: FrameEncoding) -> ByteBuffer? {
        guard encoding == .json else { return bytes(below(9)) }
        return chance(3) ? nil : .text(words())
    }

    private mutating func target() -> TargetAddress? {
        let port = UInt16.random(in: 1...65_535, using: &self)
        switch below(3) {
        case 0: return TargetAddress(host: .ipv4(UInt32(truncatingIfNeeded: next())), port: port)
        case 1: return TargetAddress(host: .ipv6(IPv6Address(high: offset(), low: offset())), port: port)
        default: return TargetAddress(host: .name("h" + String(repeating: "x", count: below(253))), port: port)
        }
    }
}
