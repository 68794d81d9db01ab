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
    private var failure: WebSocketError?
    private var unread: Int?

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
    }

    package var reservedBytes: Int { max(bufferedBytes, partial?.header.length ?? 0) }

    package mutating func append(_ bytes: ByteBuffer) {
        guard failure == nil || unread != nil, bytes.readableBytes > 0 else { return }
        arrived.append(bytes)
    }

    package mutating func next() throws(WebSocketError) -> WebSocketFrame? {
        if let failure { throw failure }
        do {
            while partial == nil {
                guard chunk.readableBytes > 0 || takeNextChunk() else { return nil }
                if let header = try readHeader() {
                    if let whole = takeWholePayload(header) { return whole }
                    partial = Partial(header: header, payload: reserve(header.length))
                } else if !joinNextChunk() {
                    return nil
                }
            }
            return completePartial()
        } catch {
            if unread == nil { discard() }
            failure = error
            throw error
        }
    }

    package mutating func skipToClose() -> Bool {
        while let count = unread, chunk.readableBytes > 0 || takeNextChunk() {
            if count > 0 {
                let skipped = min(count, chunk.readableBytes)
                chunk.moveReaderIndex(forwardBy: skipped)
                unread = count - skipped
            } else if let isClose = skipHeader() {
                if isClose { return true }
            } else if !joinNextChunk() {
                return false
            }
        }
        return false
    }

    private mutating func skipHeader() -> Bool? {
        do {
            guard let (header, length) = try WebSocketFrameHeader.parse(chunk, role: role) else { return nil }
            chunk.moveReaderIndex(forwardBy: length)
            unread = header.length
            guard header.opcode == .close else { return false }
            discard()
            return true
        } catch {
            discard()
            return false
        }
    }

    package mutating func discard() {
        arrived.removeAll()
        chunk = ByteBuffer()
        partial = nil
        unread = nil
    }

    private mutating func takeNextChunk() -> Bool {
        chunk = arrived.popFirst() ?? ByteBuffer()
        return chunk.readableBytes > 0
    }

    private mutating func joinNextChunk() -> Bool {
        var joined = reserve(2 * WebSocketFrameHeader.maximumLength)
        joined.writeBuffer(&chunk)
        guard var next = arrived.popFirst() else {
            chunk = joined
            return false
        }
        let count = min(next.readableBytes, WebSocketFrameHeader.maximumLength)
        joined.writeImmutableBuffer(next.readSlice(length: count) ?? ByteBuffer())
        if next.readableBytes > 0 { arrived.prepend(next) }
        chunk = joined
        return true
    }

    private mutating func readHeader() throws(WebSocketError) -> WebSocketFrameHeader? {
        guard let (header, length) = try WebSocketFrameHeader.parse(chunk, role: role) else { return nil }
        chunk.moveReaderIndex(forwardBy: length)
        do {
            try rules.check(header)
        } catch {
            if error.tunnelError != nil { unread = header.length }
            throw error
        }
        return header
    }

    private mutating func takeWholePayload(_ header: WebSocketFrameHeader) -> WebSocketFrame? {
        guard header.mask == nil, let slice = chunk.readSlice(length: header.length) else { return nil }
        if chunk.readableBytes == 0 { chunk = ByteBuffer() }
        guard slice.readableBytes * Self.detachBelowShare < slice.storageCapacity else { return frame(header, slice) }
        var copy = reserve(slice.readableBytes)
        copy.writeImmutableBuffer(slice)
        return frame(header, copy)
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
            let bytes = chunk.readSlice(length: count) ?? ByteBuffer()
            if let mask = part.header.mask {
                mask.append(bytes, to: &part.payload, phase: part.payload.readableBytes)
            } else {
                part.payload.writeImmutableBuffer(bytes)
            }
        }
        if chunk.readableBytes == 0 { chunk = ByteBuffer() }
        return frame(part.header, part.payload)
    }

    private func reserve(_ capacity: Int) -> ByteBuffer {
        var buffer = ByteBuffer()
        buffer.reserveCapacity(capacity)
        return buffer
    }

    private func frame(_ header: WebSocketFrameHeader, _ payload: ByteBuffer) -> WebSocketFrame {
        WebSocketFrame(isFinal: header.isFinal, opcode: header.opcode, payload: payload)
    }
}
