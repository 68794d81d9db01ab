package import NIOCore

package struct FirstData: Sendable {
    private static let safeMethods = ["GET ", "HEAD ", "OPTIONS "].map { Array($0.utf8) }
    private static let handshakeRecord: [UInt8] = [0x16, 0x03]

    package private(set) var bytes: ByteBuffer
    package private(set) var credit = 0
    private let room: Int

    package init?(_ bytes: ByteBuffer, room: Int) {
        guard bytes.readableBytes <= room else { return nil }
        self.bytes = bytes
        self.room = room
    }

    package var isEmpty: Bool { bytes.readableBytes == 0 }

    package var mayBeSentTwice: Bool {
        let view = bytes.readableBytesView
        return view.isEmpty || view.starts(with: Self.handshakeRecord)
            || Self.safeMethods.contains { view.starts(with: $0) }
    }

    package mutating func append(_ data: ByteBuffer) -> Bool {
        guard bytes.readableBytes + data.readableBytes <= room else { return false }
        bytes.writeImmutableBuffer(data)
        return true
    }

    package mutating func written(_ count: Int) { credit += count }
}
