import DequeModule
import NIOCore

struct StreamRetention: Sendable {
    private static let smallPiece = 4_096
    private static let gathered = 16_384

    private var pieces: Deque<ByteBuffer> = []
    private var start: UInt64 = 0
    private(set) var count = 0

    mutating func append(_ data: ByteBuffer) {
        guard data.readableBytes > 0 else { return }
        count += data.readableBytes
        guard data.readableBytes < Self.smallPiece else { return pieces.append(data) }
        if let last = pieces.last, last.readableBytes < Self.smallPiece, last.storageCapacity <= Self.gathered {
            pieces[pieces.count - 1].writeImmutableBuffer(data)
        } else {
            pieces.append(ByteBuffer(bytes: data.readableBytesView))
        }
    }

    mutating func drop(below offset: UInt64) {
        var excess = Int(clamping: offset - min(start, offset))
        excess = min(excess, count)
        start += UInt64(excess)
        count -= excess
        while excess > 0, let length = pieces.first?.readableBytes {
            guard length <= excess else {
                pieces[0].moveReaderIndex(forwardBy: excess)
                return
            }
            pieces.removeFirst()
            excess -= length
        }
    }

    func piece(at offset: UInt64, upTo length: Int) -> ByteBuffer? {
        guard offset >= start else { return nil }
        var skipped = Int(clamping: offset - start)
        for piece in pieces {
            let rest = piece.readableBytes - skipped
            if rest > 0 { return piece.getSlice(at: piece.readerIndex + skipped, length: min(rest, length)) }
            skipped -= piece.readableBytes
        }
        return nil
    }
}
