package import NIOCore

package enum WebSocketOpcode: UInt8, Sendable {
    case continuation = 0x0
    case text = 0x1
    case binary = 0x2
    case close = 0x8
    case ping = 0x9
    case pong = 0xA

    package var isControl: Bool { rawValue & 0x8 != 0 }
}

package struct WebSocketFrame: Equatable, Sendable {
    package static let maximumControlPayload = 125

    package var isFinal: Bool
    package var opcode: WebSocketOpcode
    package var payload: ByteBuffer

    package init(isFinal: Bool = true, opcode: WebSocketOpcode, payload: ByteBuffer) {
        self.isFinal = isFinal
        self.opcode = opcode
        self.payload = payload
    }
}
