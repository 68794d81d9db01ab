import NIOCore

struct FrameScanner {
    static let preface = 24

    private var skipped: Int
    private var unfinished = ByteBuffer()

    init(behind preface: Int = 0) { skipped = preface }

    mutating func next(_ bytes: inout ByteBuffer) -> FrameHead? {
        while bytes.readableBytes > 0 {
            let count = min(skipped, bytes.readableBytes)
            bytes.moveReaderIndex(forwardBy: count)
            skipped -= count
            guard bytes.readableBytes > 0 else { return nil }
            guard let head = head(&bytes) else { return nil }
            skipped = head.length
            return head
        }
        return nil
    }

    private mutating func head(_ bytes: inout ByteBuffer) -> FrameHead? {
        if unfinished.readableBytes == 0, bytes.readableBytes >= FrameHead.size { return FrameHead(reading: &bytes) }
        let count = min(FrameHead.size - unfinished.readableBytes, bytes.readableBytes)
        if var part = bytes.readSlice(length: count) { unfinished.writeBuffer(&part) }
        guard unfinished.readableBytes == FrameHead.size else { return nil }
        defer { unfinished.clear() }
        return FrameHead(reading: &unfinished)
    }
}
