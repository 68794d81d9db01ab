import HTTVPSProtocol
import NIOCore

struct DataMessage {
    let bytes: ByteBuffer
    let payload: ByteBuffer

    init(_ data: consuming ByteBuffer, on id: StreamID, encoder: inout WebSocketFrameEncoder) {
        let count = data.readableBytes
        Self.prependHeader(id, to: &data)
        encoder.encode(.binary, inPlace: &data)
        payload = data.getSlice(at: data.writerIndex - count, length: count) ?? ByteBuffer()
        bytes = data
    }

    private static func prependHeader(_ id: StreamID, to buffer: inout ByteBuffer) {
        guard case .number(let number) = id else { return }
        let start = buffer.readerIndex - BinaryFrameCodec.dataHeaderLength(id)
        buffer.setInteger(BinaryFrameCodec.Kind.streamData.rawValue, at: start)
        switch number {
        case 0..<(1 << 6): buffer.setInteger(UInt8(number), at: start + 1)
        case 0..<(1 << 14): buffer.setInteger(UInt16(number) | 0x4000, at: start + 1)
        default: buffer.setInteger(number | 0x8000_0000, at: start + 1)
        }
        buffer.moveReaderIndex(to: start)
    }
}
