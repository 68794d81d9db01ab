package import NIOCore

package enum WebSocketMessage: Equatable, Sendable {
    case text(ByteBuffer)
    case binary(ByteBuffer)
    case ping(ByteBuffer)
    case pong(ByteBuffer)
    case close(WebSocketClose)
}

package struct WebSocketMessageAssembler: Sendable {
    private struct Fragments {
        var isText: Bool
        var bytes: ByteBuffer
        var validator = UTF8Validator()
    }

    private var decoder: WebSocketFrameDecoder
    private var fragments: Fragments?
    private var isClosed = false

    package init(role: TunnelRole, limits: WebSocketLimits) {
        decoder = WebSocketFrameDecoder(role: role, limits: limits)
    }

    package var limits: WebSocketLimits {
        get { decoder.limits }
        set { decoder.limits = newValue }
    }

    package var bufferedBytes: Int { decoder.bufferedBytes + (fragments?.bytes.readableBytes ?? 0) }

    package var reservedBytes: Int { decoder.reservedBytes + (fragments?.bytes.readableBytes ?? 0) }

    package mutating func append(_ bytes: ByteBuffer) {
        guard !isClosed else { return }
        decoder.append(bytes)
    }

    package mutating func next() throws(WebSocketError) -> WebSocketMessage? {
        while !isClosed, let frame = try nextFrame() {
            if let message = try receive(frame) { return message }
        }
        return nil
    }

    package mutating func skipToClose() -> Bool { decoder.skipToClose() }

    private mutating func nextFrame() throws(WebSocketError) -> WebSocketFrame? {
        do {
            return try decoder.next()
        } catch {
            fragments = nil
            throw error
        }
    }

    private mutating func receive(_ frame: WebSocketFrame) throws(WebSocketError) -> WebSocketMessage? {
        switch frame.opcode {
        case .ping: return .ping(frame.payload)
        case .pong: return .pong(frame.payload)
        case .close:
            isClosed = true
            decoder.discard()
            fragments = nil
            return .close(try WebSocketClose(payload: frame.payload))
        case .binary where frame.isFinal: return .binary(frame.payload)
        case .text, .binary:
            fragments = Fragments(isText: frame.opcode == .text, bytes: frame.payload)
            return try finish(frame, frame.payload)
        case .continuation:
            fragments?.bytes.writeImmutableBuffer(frame.payload)
            return try finish(frame, frame.payload)
        }
    }

    private mutating func finish(_ frame: WebSocketFrame, _ bytes: ByteBuffer) throws(WebSocketError)
        -> WebSocketMessage?
    {
        guard var open = fragments else { return nil }
        fragments = nil
        if open.isText {
            guard open.validator.accept(bytes), !frame.isFinal || open.validator.isComplete else {
                isClosed = true
                decoder.discard()
                throw WebSocketError(.illFormedText, "a text message that is not UTF-8")
            }
        }
        guard !frame.isFinal else { return open.isText ? .text(open.bytes) : .binary(open.bytes) }
        fragments = open
        return nil
    }
}
