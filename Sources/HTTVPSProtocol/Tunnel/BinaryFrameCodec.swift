package import NIOCore

package enum BinaryFrameCodec {
    package enum Kind: UInt8 {
        case streamOpen = 0x01
        case streamOpened, streamData, streamFinish, streamClose, streamWindow, ping, pong, datagram, padding, goaway,
            error
    }

    package static let firstExtensionType: UInt8 = 0x40
    package static let maximumDataHeader = 5

    package static func decode(_ message: ByteBuffer, maxPayload: Int) throws(TunnelError) -> Frame? {
        guard message.readableBytes <= maxPayload + FrameLimits.binaryOverhead else {
            throw TunnelError(.messageTooBig, "binary message of \(message.readableBytes) bytes")
        }
        var body = message
        guard let type = body.readInteger(as: UInt8.self) else { throw bad("empty binary message") }
        guard let kind = Kind(rawValue: type) else {
            guard type >= firstExtensionType else { throw bad("unknown frame type \(type)") }
            return nil
        }
        let frame = try decode(kind, &body)
        guard frame.payloadLength <= maxPayload else {
            throw TunnelError(.messageTooBig, "frame data of \(frame.payloadLength) bytes")
        }
        return frame
    }

    private static func decode(_ kind: Kind, _ body: inout ByteBuffer) throws(TunnelError) -> Frame {
        switch kind {
        case .streamOpen:
            return .streamOpen(try streamID(&body), target: try target(&body), data: body)
        case .streamOpened:
            return .streamOpened(try last(try streamID(&body), body))
        case .streamData:
            return .streamData(try streamID(&body), body)
        case .streamFinish:
            return .streamFinish(try last(try streamID(&body), body))
        case .streamClose:
            let id = try streamID(&body)
            return .streamClose(id, StreamCloseReason(number: try varint(&body)), message: String(buffer: body))
        case .streamWindow:
            let id = try streamID(&body)
            let received = try varint(&body)
            return .streamWindow(id, received: received, limit: try last(try varint(&body), body))
        case .ping, .pong:
            guard body.readableBytes <= 8 else { throw bad("ping of \(body.readableBytes) bytes") }
            return kind == .ping ? .ping(body) : .pong(body)
        case .datagram:
            return .datagram(try streamID(&body), target: try target(&body), data: body)
        case .padding:
            return .padding(body.readableBytes)
        case .goaway:
            let grace = try varint(&body)
            return .goaway(reason: String(buffer: body), graceSeconds: grace)
        case .error:
            let length = try varint(&body)
            guard length <= UInt64(body.readableBytes), let code = body.readString(length: Int(length)) else {
                throw bad("truncated error code")
            }
            return .error(code: code, message: String(buffer: body), stream: nil)
        }
    }

    package static func encode(_ frame: Frame, into out: inout ByteBuffer) {
        switch frame {
        case .streamOpen(let id, let target, let data):
            write(.streamOpen, id, &out)
            target.map { out.writeSocksAddress($0) }
            out.writeImmutableBuffer(data)
        case .streamOpened(let id):
            write(.streamOpened, id, &out)
        case .streamData(let id, let data):
            write(.streamData, id, &out)
            out.writeImmutableBuffer(data)
        case .streamFinish(let id):
            write(.streamFinish, id, &out)
        case .streamClose(let id, let reason, let message):
            write(.streamClose, id, &out)
            out.writeVarint(reason.rawValue)
            out.writeString(message)
        case .streamWindow(let id, let received, let limit):
            write(.streamWindow, id, &out)
            out.writeVarint(received)
            out.writeVarint(limit)
        case .ping(let nonce):
            out.writeInteger(Kind.ping.rawValue)
            nonce.map { _ = out.writeImmutableBuffer($0) }
        case .pong(let nonce):
            out.writeInteger(Kind.pong.rawValue)
            nonce.map { _ = out.writeImmutableBuffer($0) }
        case .datagram(let id, let target, let data):
            write(.datagram, id, &out)
            target.map { out.writeSocksAddress($0) }
            out.writeImmutableBuffer(data)
        case .padding(let count):
            out.writeInteger(Kind.padding.rawValue)
            out.writeRepeatingByte(0, count: count)
        case .goaway(let reason, let grace):
            out.writeInteger(Kind.goaway.rawValue)
            out.writeVarint(grace)
            out.writeString(reason)
        case .error(let code, let message, _):
            out.writeInteger(Kind.error.rawValue)
            out.writeVarint(UInt64(code.utf8.count))
            out.writeString(code)
            out.writeString(message)
        }
    }

    package static func writeDataHeader(_ id: StreamID, into out: inout ByteBuffer) { write(.streamData, id, &out) }

    package static func dataHeaderLength(_ id: StreamID) -> Int { 1 + Varint.length(of: number(id)) }

    private static func write(_ kind: Kind, _ id: StreamID, _ out: inout ByteBuffer) {
        out.writeInteger(kind.rawValue)
        out.writeVarint(number(id))
    }

    private static func number(_ id: StreamID) -> UInt64 {
        guard case .number(let number) = id else { preconditionFailure("binary frames carry numeric stream ids") }
        return UInt64(number)
    }

    private static func streamID(_ body: inout ByteBuffer) throws(TunnelError) -> StreamID {
        let value = try varint(&body)
        guard value <= UInt64(StreamID.maximumNumber) else { throw bad("stream id \(value) out of range") }
        return .number(UInt32(value))
    }

    private static func varint(_ body: inout ByteBuffer) throws(TunnelError) -> UInt64 {
        guard let value = body.readVarint() else { throw bad("truncated varint") }
        return value
    }

    private static func target(_ body: inout ByteBuffer) throws(TunnelError) -> TargetAddress? {
        do {
            return try body.readSocksAddress()
        } catch {
            switch error {
            case .truncated: throw bad("truncated address")
            case .unknownKind(let kind): throw bad("unknown address kind \(kind)")
            }
        }
    }

    private static func last<Value>(_ value: Value, _ body: ByteBuffer) throws(TunnelError) -> Value {
        guard body.readableBytes == 0 else { throw bad("\(body.readableBytes) bytes left over") }
        return value
    }

    private static func bad(_ message: String) -> TunnelError { TunnelError(.badFrame, message) }
}
