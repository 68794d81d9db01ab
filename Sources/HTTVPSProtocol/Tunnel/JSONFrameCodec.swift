import Foundation
package import NIOCore

package enum JSONFrameCodec {
    package static func decode(_ message: ByteBuffer, maxPayload: Int) throws(TunnelError) -> Frame {
        guard message.readableBytes <= FrameLimits.textMessage else {
            throw TunnelError(.messageTooBig, "text message of \(message.readableBytes) bytes")
        }
        let frame = try frame(from: JSONObject(message))
        guard frame.payloadLength <= maxPayload else {
            throw TunnelError(.messageTooBig, "frame data of \(frame.payloadLength) bytes")
        }
        return frame
    }

    package static func encode(_ frame: Frame, into out: inout ByteBuffer) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let json = try? encoder.encode(JSONFrame(frame)) else {
            preconditionFailure("a frame always has a JSON form")
        }
        out.writeBytes(json)
    }

    private static func frame(from object: JSONObject) throws(TunnelError) -> Frame {
        switch try object.string("type") {
        case "stream_open":
            let data = try object.optionalBytes("data") ?? ByteBuffer()
            return .streamOpen(try object.streamID(), target: TargetAddress(try object.string("target")), data: data)
        case "stream_opened":
            return .streamOpened(try object.streamID())
        case "stream_data":
            return .streamData(try object.streamID(), try object.bytes("data"))
        case "stream_finish":
            return .streamFinish(try object.streamID())
        case "stream_close":
            let reason = try object.optionalString("reason").map(StreamCloseReason.init(name:)) ?? .normal
            return .streamClose(try object.streamID(), reason, message: try object.optionalString("message") ?? "")
        case "stream_window":
            let received = try object.offset("received")
            return .streamWindow(try object.streamID(), received: received, limit: try object.offset("limit"))
        case "datagram":
            let target = TargetAddress(try object.string("target"))
            return .datagram(try object.streamID(), target: target, data: try object.bytes("data"))
        case "ping":
            return .ping(try object.nonce())
        case "pong":
            return .pong(try object.nonce())
        case "padding":
            return .padding(try object.bytes("data").readableBytes)
        case "goaway":
            return .goaway(reason: try object.string("reason"), graceSeconds: try object.offset("grace_sec"))
        case "error":
            let stream = try object.optionalString("stream_id").map(StreamID.name)
            return .error(code: try object.string("code"), message: try object.string("message"), stream: stream)
        case let type:
            throw TunnelError(.badFrame, "unknown frame type of \(type.utf8.count) characters")
        }
    }
}

extension JSONObject {
    fileprivate func streamID() throws(TunnelError) -> StreamID {
        let name = try string("stream_id")
        guard StreamID.isName(name) else { throw TunnelError(.badFrame, "stream_id breaks its form") }
        return .name(name)
    }

    fileprivate func nonce() throws(TunnelError) -> ByteBuffer? {
        guard let nonce = try optionalString("nonce") else { return nil }
        let length = nonce.unicodeScalars.count
        guard length <= 128 else { throw TunnelError(.badFrame, "nonce of \(length) characters") }
        return ByteBuffer(string: nonce)
    }

    fileprivate func bytes(_ key: String) throws(TunnelError) -> ByteBuffer {
        guard let text = try value(key).text, let bytes = Base64.decode(text) else {
            throw TunnelError(.badFrame, "\(key) is no padded base64")
        }
        return bytes
    }

    fileprivate func optionalBytes(_ key: String) throws(TunnelError) -> ByteBuffer? {
        contains(key) ? try bytes(key) : nil
    }
}
