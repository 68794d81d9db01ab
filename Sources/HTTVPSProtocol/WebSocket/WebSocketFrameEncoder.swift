package import NIOCore

package struct WebSocketFrameEncoder: Sendable {
    package static let headroom = WebSocketFrameHeader.maximumLength

    private let role: TunnelRole
    private var generator = SystemRandomNumberGenerator()

    package init(role: TunnelRole) { self.role = role }

    package mutating func encode(_ opcode: WebSocketOpcode, inPlace payload: inout ByteBuffer) {
        let header = header(opcode, length: payload.readableBytes)
        let length = WebSocketFrameHeader.encodedLength(payload: header.length, masked: header.mask != nil)
        if payload.readerIndex < length { payload = Self.withHeadroom(payload) }
        header.mask?.apply(to: &payload, at: payload.readerIndex, length: header.length)
        let start = payload.readerIndex - length
        header.write(into: &payload, at: start)
        payload.moveReaderIndex(to: start)
    }

    package mutating func encode(_ opcode: WebSocketOpcode, _ payload: ByteBuffer) -> ByteBuffer {
        var frame = Self.withHeadroom(payload)
        encode(opcode, inPlace: &frame)
        return frame
    }

    package mutating func encode(_ close: WebSocketClose) -> ByteBuffer { encode(.close, close.payload) }

    package mutating func append(
        _ opcode: WebSocketOpcode, to out: inout ByteBuffer, writing body: (inout ByteBuffer) -> Void
    ) {
        let start = out.writerIndex
        let expected = WebSocketFrameHeader.encodedLength(payload: 0, masked: role == .client)
        out.writeRepeatingByte(0, count: expected)
        let bodyStart = out.writerIndex
        body(&out)
        let header = header(opcode, length: out.writerIndex - bodyStart)
        let needed = WebSocketFrameHeader.encodedLength(payload: header.length, masked: header.mask != nil)
        if needed > expected, let payload = out.getSlice(at: bodyStart, length: header.length) {
            out.moveWriterIndex(to: bodyStart)
            out.writeRepeatingByte(0, count: needed - expected)
            out.writeImmutableBuffer(payload)
        }
        header.write(into: &out, at: start)
        header.mask?.apply(to: &out, at: start + needed, length: header.length)
    }

    package mutating func append(
        _ opcode: WebSocketOpcode, prefix: ByteBuffer, payload: ByteBuffer, to out: inout ByteBuffer
    ) {
        let header = header(opcode, length: prefix.readableBytes + payload.readableBytes)
        let length = WebSocketFrameHeader.encodedLength(payload: header.length, masked: header.mask != nil)
        out.reserveCapacity(minimumWritableBytes: length + header.length)
        out.writeRepeatingByte(0, count: length)
        header.write(into: &out, at: out.writerIndex - length)
        if let mask = header.mask {
            mask.append(prefix, to: &out, phase: 0)
            mask.append(payload, to: &out, phase: prefix.readableBytes)
        } else {
            out.writeImmutableBuffer(prefix)
            out.writeImmutableBuffer(payload)
        }
    }

    package static func withHeadroom(_ payload: ByteBuffer) -> ByteBuffer {
        var frame = ByteBuffer()
        frame.reserveCapacity(headroom + payload.readableBytes)
        frame.moveWriterIndex(to: headroom)
        frame.moveReaderIndex(to: headroom)
        frame.writeImmutableBuffer(payload)
        return frame
    }

    private mutating func header(_ opcode: WebSocketOpcode, length: Int) -> WebSocketFrameHeader {
        let mask = role == .client ? WebSocketMask(using: &generator) : nil
        return WebSocketFrameHeader(isFinal: true, opcode: opcode, mask: mask, length: length)
    }
}
