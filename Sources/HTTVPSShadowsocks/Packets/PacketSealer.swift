package import NIOCore

package struct PacketSealer: Sendable {
    private let key: MasterKey

    package init(key: MasterKey) { self.key = key }

    package var overhead: Int { key.method.saltLength + AEAD.tagLength }

    package func seal(
        address: ByteBuffer, payload: ByteBuffer, into out: inout ByteBuffer
    ) throws(ShadowsocksError) {
        try seal(address: address, payload: payload, salt: try Salt.random(method: key.method), into: &out)
    }

    package func seal(
        address: ByteBuffer, payload: ByteBuffer, salt: Salt, into out: inout ByteBuffer
    ) throws(ShadowsocksError) {
        var session = try SessionCipher(key: key, salt: salt)
        let count = address.readableBytes + payload.readableBytes
        out.reserveCapacity(minimumWritableBytes: overhead + count)
        out.writeBytes(salt.bytes)
        let start = out.writerIndex
        out.writeImmutableBuffer(address)
        out.writeImmutableBuffer(payload)
        out.moveWriterIndex(to: start)
        try out.writeWithUnsafeMutableBytes(minimumWritableBytes: count + AEAD.tagLength) {
            (room) throws(ShadowsocksError) in
            guard let base = room.baseAddress else { return 0 }
            try session.seal(UnsafeRawBufferPointer(start: base, count: count), to: base)
            return count + AEAD.tagLength
        }
    }
}
