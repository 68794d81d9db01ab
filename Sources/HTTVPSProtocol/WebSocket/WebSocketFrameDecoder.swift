import DequeModule
package import NIOCore

package struct WebSocketFrameDecoder: Sendable {
    private struct Partial {
        var header: WebSocketFrameHeader
        var payload: ByteBuffer
    }

    private static let detachBelowShare = 8

    private let role: TunnelRole
    private var rules: WebSocketMessageRules
    private var arrived: Deque<ByteBuffer> = []
    private var chunk = ByteBuffer()
    private var partial: Partial?
    private var ready: Deque<WebSocketFrame> = []
    private var failure: WebSocketError?

    package init(role: TunnelRole, limits: WebSocketLimits) {
        self.role = role
        rules = WebSocketMessageRules(limits: limits)
    }

    package var limits: WebSocketLimits {
        get { rules.limits }
        set { rules.limits = newValue }
    }

    package var bufferedBytes: Int {
        arrived.reduce(chunk.readableBytes) { $0 + $1.readableBytes } + (partial?.payload.readableBytes ?? 0)
            + ready.reduce(0) { $0 + $1.payload.readableBytes }
    }

    package mutating func append(_ bytes: ByteBuffer) {
        guard failure == nil, bytes.readableBytes > 0 else { return }
        arrived.append(bytes)
    }

    package mutating func next() throws(WebSocketError) -> WebSocketFrame? {
        while true {
            if let frame = ready.popFirst() { return frame }
            if let failure { throw failure }
            if partial != nil { return completePartial() }
            guard try advance() else { return nil }
        }
    }

    package mutating func discard() {
        arrived.removeAll()
        ready.removeAll()
        chunk = ByteBuffer()
        partial = nil
    }

    private mutating func advance() throws(WebSocketError) -> Bool {
        if chunk.readableBytes == 0 {
            guard takeNextChunk() else { return false }
        }
        do {
            let progressed = role == .gateway ? try takeMaskedFrames() : try takeFrame()
            return progressed || joinNextChunk()
        } catch {
            discardUnread()
            failure = error
            return true
        }
    }

    private mutating func discardUnread() {
        arrived.removeAll()
        chunk = ByteBuffer()
        partial = nil
    }

    private mutating func takeNextChunk() -> Bool {
        chunk = arrived.popFirst() ?? ByteBuffer()
        return chunk.readableBytes > 0
    }

    private mutating func joinNextChunk() -> Bool {
        guard var next = arrived.popFirst() else { return false }
        var joined = ByteBuffer()
        joined.reserveCapacity(2 * WebSocketFrameHeader.maximumLength)
        joined.writeBuffer(&chunk)
        let count = min(next.readableBytes, WebSocketFrameHeader.maximumLength)
        joined.writeImmutableBuffer(next.readSlice(length: count) ?? ByteBuffer())
        if next.readableBytes > 0 { arrived.prepend(next) }
        chunk = joined
        return true
    }

    private mutating func readHeader() throws(WebSocketError) -> WebSocketFrameHeader? {
        guard let (header, length) = try WebSocketFrameHeader.parse(chunk, role: role) else { return nil }
        try rules.check(header)
        chunk.moveReaderIndex(forwardBy: length)
        return header
    }

    private mutating func takeFrame() throws(WebSocketError) -> Bool {
        guard let header = try readHeader() else { return false }
        if let payload = chunk.readSlice(length: header.length) {
            ready.append(frame(header, payload))
            if chunk.readableBytes == 0 { chunk = ByteBuffer() }
        } else {
            beginPartial(header)
        }
        return true
    }

    private mutating func takeMaskedFrames() throws(WebSocketError) -> Bool {
        var located: [(header: WebSocketFrameHeader, start: Int)] = []
        var fault: WebSocketError?
        do {
            while let header = try readHeader() {
                guard chunk.readableBytes >= header.length else {
                    beginPartial(header)
                    break
                }
                header.mask?.apply(to: &chunk, at: chunk.readerIndex, length: header.length)
                located.append((header, chunk.readerIndex))
                chunk.moveReaderIndex(forwardBy: header.length)
            }
        } catch {
            fault = error
        }
        for (header, start) in located {
            ready.append(frame(header, chunk.getSlice(at: start, length: header.length) ?? ByteBuffer()))
        }
        if let fault { throw fault }
        let progressed = partial != nil || !located.isEmpty
        if progressed { chunk = copy(chunk) }
        return progressed
    }

    private func frame(_ header: WebSocketFrameHeader, _ payload: ByteBuffer) -> WebSocketFrame {
        let isSmallShare = payload.readableBytes * Self.detachBelowShare < payload.storageCapacity
        return WebSocketFrame(
            isFinal: header.isFinal, opcode: header.opcode, payload: isSmallShare ? copy(payload) : payload)
    }

    private func copy(_ bytes: ByteBuffer) -> ByteBuffer {
        var copy = ByteBuffer()
        copy.writeImmutableBuffer(bytes)
        return copy
    }

    private mutating func beginPartial(_ header: WebSocketFrameHeader) {
        var payload = ByteBuffer()
        payload.reserveCapacity(header.length)
        payload.writeBuffer(&chunk)
        chunk = ByteBuffer()
        partial = Partial(header: header, payload: payload)
    }

    private mutating func completePartial() -> WebSocketFrame? {
        guard var part = partial else { return nil }
        partial = nil
        while part.payload.readableBytes < part.header.length {
            guard chunk.readableBytes > 0 || takeNextChunk() else {
                partial = part
                return nil
            }
            let count = min(part.header.length - part.payload.readableBytes, chunk.readableBytes)
            part.payload.writeImmutableBuffer(chunk.readSlice(length: count) ?? ByteBuffer())
        }
        part.header.mask?.apply(to: &part.payload, at: part.payload.readerIndex, length: part.header.length)
        return frame(part.header, part.payload)
    }
}
