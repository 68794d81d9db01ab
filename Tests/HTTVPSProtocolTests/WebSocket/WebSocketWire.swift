import NIOCore

@testable import HTTVPSProtocol

enum WebSocketWire {
    static let limits = WebSocketLimits(text: true, binaryPayload: 65_536)

    static func frame(
        _ opcode: UInt8, _ payload: [UInt8] = [], fin: Bool = true, reserved: UInt8 = 0, mask: UInt32? = 0x37FA_213D,
        width: Int? = nil
    ) -> [UInt8] {
        let width = width ?? (payload.count <= 125 ? 0 : payload.count <= 0xFFFF ? 2 : 8)
        let marker: UInt8 = mask == nil ? 0 : 0x80
        var out = ByteBuffer(integer: (fin ? 0x80 : 0) | reserved | opcode)
        switch width {
        case 0: out.writeInteger(marker | UInt8(payload.count))
        case 2:
            out.writeInteger(marker | 126)
            out.writeInteger(UInt16(payload.count))
        default:
            out.writeInteger(marker | 127)
            out.writeInteger(UInt64(payload.count))
        }
        if let mask { out.writeInteger(mask) }
        out.writeBytes(mask.map { naive(payload, $0) } ?? payload)
        return Array(buffer: out)
    }

    static func naive(_ payload: [UInt8], _ mask: UInt32, phase: Int = 0) -> [UInt8] {
        payload.enumerated().map { index, byte in
            byte ^ UInt8(truncatingIfNeeded: mask >> (24 - 8 * UInt32((index + phase) % 4)))
        }
    }

    static func read(
        _ bytes: [UInt8], role: TunnelRole = .gateway, limits: WebSocketLimits = limits, pieces: [Int] = []
    ) -> (messages: [WebSocketMessage], error: WebSocketError?) {
        var assembler = WebSocketMessageAssembler(role: role, limits: limits)
        var messages: [WebSocketMessage] = []
        var rest = bytes[...]
        var pieces = pieces[...]
        do {
            repeat {
                let count = pieces.popFirst() ?? rest.count
                assembler.append(ByteBuffer(bytes: rest.prefix(count)))
                rest = rest.dropFirst(count)
                while let message = try assembler.next() { messages.append(message) }
            } while !rest.isEmpty
            return (messages, nil)
        } catch {
            return (messages, error)
        }
    }

    static func text(_ text: String) -> WebSocketMessage { .text(ByteBuffer(string: text)) }

    static func binary(_ bytes: [UInt8]) -> WebSocketMessage { .binary(ByteBuffer(bytes: bytes)) }
}
