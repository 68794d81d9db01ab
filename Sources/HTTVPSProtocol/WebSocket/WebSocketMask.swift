package import NIOCore

package struct WebSocketMask: Equatable, Sendable {
    private let key: UInt32

    package init(bytes: UInt32) { key = bytes }

    package init(using generator: inout some RandomNumberGenerator) { key = generator.next() }

    package var bytes: UInt32 { key }

    package func apply(to buffer: inout ByteBuffer, at index: Int, length: Int) {
        guard length > 0 else { return }
        let offset = index - buffer.readerIndex
        precondition(offset >= 0 && length <= buffer.readableBytes - offset, "the mask stays within readable bytes")
        buffer.withUnsafeMutableReadableBytes { bytes in
            let part = UnsafeMutableRawBufferPointer(rebasing: bytes[offset..<(offset + length)])
            combine(UnsafeRawBufferPointer(part), into: part, phase: 0)
        }
    }

    package func append(_ bytes: ByteBuffer, to buffer: inout ByteBuffer, phase: Int) {
        let count = bytes.readableBytes
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: count) { room in
            bytes.withUnsafeReadableBytes { combine($0, into: room, phase: phase) }
            return count
        }
    }

    private func combine(_ source: UnsafeRawBufferPointer, into target: UnsafeMutableRawBufferPointer, phase: Int) {
        let shift = UInt32(phase & 3) &* 8
        let inMemoryOrder = key.byteSwapped
        let turned = shift == 0 ? inMemoryOrder : inMemoryOrder >> shift | inMemoryOrder << (32 &- shift)
        let word = UInt64(turned) | UInt64(turned) << 32
        let lanes = SIMD4<UInt64>(repeating: word.littleEndian)
        var index = 0
        while index &+ 32 <= source.count {
            let masked = source.loadUnaligned(fromByteOffset: index, as: SIMD4<UInt64>.self) ^ lanes
            target.storeBytes(of: masked, toByteOffset: index, as: SIMD4<UInt64>.self)
            index &+= 32
        }
        while index < source.count {
            target[index] = source[index] ^ UInt8(truncatingIfNeeded: turned >> (UInt32(index & 3) &* 8))
            index &+= 1
        }
    }
}
