import NIOCore

struct WebSocketFrameHeader: Equatable, Sendable {
    var isFinal: Bool
    var opcode: WebSocketOpcode
    var mask: WebSocketMask?
    var length: Int

    static let maximumLength = 14

    static func encodedLength(payload: Int, masked: Bool) -> Int {
        2 + (payload <= 125 ? 0 : payload <= 0xFFFF ? 2 : 8) + (masked ? 4 : 0)
    }

    static func parse(_ buffer: ByteBuffer, role: TunnelRole) throws(WebSocketError) -> (Self, length: Int)? {
        guard let first = buffer.getInteger(at: buffer.readerIndex, as: UInt8.self) else { return nil }
        guard first & 0x70 == 0 else { throw .broken("reserved bits are set") }
        guard let opcode = WebSocketOpcode(rawValue: first & 0x0F) else {
            throw .broken("unknown opcode \(first & 0x0F)")
        }
        let isFinal = first & 0x80 != 0
        guard isFinal || !opcode.isControl else { throw .broken("a fragmented control frame") }
        guard let second = buffer.getInteger(at: buffer.readerIndex + 1, as: UInt8.self) else { return nil }
        let masked = second & 0x80 != 0
        guard masked == (role == .gateway) else {
            throw .broken(masked ? "a masked frame from the server" : "an unmasked frame from the client")
        }
        let short = second & 0x7F
        guard !opcode.isControl || short <= 125 else { throw .broken("a control frame of more than 125 bytes") }
        guard let (length, width) = try payloadLength(buffer, short) else { return nil }
        guard masked else { return (Self(isFinal: isFinal, opcode: opcode, mask: nil, length: length), 2 + width) }
        guard let key = buffer.getInteger(at: buffer.readerIndex + 2 + width, as: UInt32.self) else { return nil }
        let mask = WebSocketMask(bytes: key)
        return (Self(isFinal: isFinal, opcode: opcode, mask: mask, length: length), 6 + width)
    }

    private static func payloadLength(_ buffer: ByteBuffer, _ short: UInt8) throws(WebSocketError) -> (Int, Int)? {
        switch short {
        case 126:
            guard let length = buffer.getInteger(at: buffer.readerIndex + 2, as: UInt16.self) else { return nil }
            guard length > 125 else { throw .broken("a length in more bytes than it needs") }
            return (Int(length), 2)
        case 127:
            guard let length = buffer.getInteger(at: buffer.readerIndex + 2, as: UInt64.self) else { return nil }
            guard length > 0xFFFF else { throw .broken("a length in more bytes than it needs") }
            guard length <= UInt64(Int.max) else { throw .broken("a length of more than 63 bits") }
            return (Int(length), 8)
        default:
            return (Int(short), 0)
        }
    }

    @discardableResult
    func write(into buffer: inout ByteBuffer, at start: Int) -> Int {
        let marker: UInt8 = mask == nil ? 0 : 0x80
        var index = start
        index += buffer.setInteger(opcode.rawValue | (isFinal ? 0x80 : 0), at: index)
        switch length {
        case 0...125: index += buffer.setInteger(marker | UInt8(length), at: index)
        case 126...0xFFFF:
            index += buffer.setInteger(marker | 126, at: index)
            index += buffer.setInteger(UInt16(length), at: index)
        default:
            index += buffer.setInteger(marker | 127, at: index)
            index += buffer.setInteger(UInt64(length), at: index)
        }
        if let mask { index += buffer.setInteger(mask.bytes, at: index) }
        return index - start
    }
}
