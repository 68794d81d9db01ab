package import NIOCore

package enum FrameEncoding: Hashable, Sendable {
    case binary
    case json

    package init(_ capabilities: Capabilities) { self = capabilities.contains(.binary) ? .binary : .json }

    package func encode(_ frame: Frame, into out: inout ByteBuffer) {
        switch self {
        case .binary: BinaryFrameCodec.encode(frame, into: &out)
        case .json: JSONFrameCodec.encode(frame, into: &out)
        }
    }

    package func decode(_ message: ByteBuffer, maxPayload: Int) throws(TunnelError) -> Frame? {
        switch self {
        case .binary: try BinaryFrameCodec.decode(message, maxPayload: maxPayload)
        case .json: try JSONFrameCodec.decode(message, maxPayload: maxPayload)
        }
    }
}
