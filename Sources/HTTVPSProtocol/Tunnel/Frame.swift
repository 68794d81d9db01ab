package import NIOCore

package enum Frame: Equatable, Sendable {
    case streamOpen(StreamID, target: TargetAddress?, data: ByteBuffer)
    case streamOpened(StreamID)
    case streamData(StreamID, ByteBuffer)
    case streamFinish(StreamID)
    case streamClose(StreamID, StreamCloseReason, message: String)
    case streamWindow(StreamID, received: UInt64, limit: UInt64)
    case datagram(StreamID, target: TargetAddress?, data: ByteBuffer)
    case ping(ByteBuffer?)
    case pong(ByteBuffer?)
    case padding(Int)
    case goaway(reason: String, graceSeconds: UInt64)
    case error(code: String, message: String, stream: StreamID?)

    package var capability: Capabilities {
        switch self {
        case .streamWindow: .flowControl
        case .datagram: .datagram
        case .padding: .padding
        default: []
        }
    }

    package func mayCome(from sender: TunnelRole) -> Bool {
        switch self {
        case .streamOpen: sender == .client
        case .streamOpened, .goaway, .error: sender == .gateway
        default: true
        }
    }

    package var payloadLength: Int {
        switch self {
        case .streamOpen(_, _, let data), .streamData(_, let data), .datagram(_, _, let data): data.readableBytes
        default: 0
        }
    }
}

package enum TunnelRole: Hashable, Sendable {
    case client
    case gateway

    package var peer: TunnelRole { self == .client ? .gateway : .client }
}

package enum FrameLimits {
    package static let textMessage = 131_072
    package static let binaryOverhead = 512
    package static let earlyPayload = 16_384
    package static let earlyStreamData = 65_536
    package static let heldBeforeVerdict = 65_536
    package static let fragments = 1_024
    package static let rememberedNames = 1_024
    package static let padding = 4_096
}
