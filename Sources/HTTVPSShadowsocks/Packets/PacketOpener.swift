package import NIOCore

package struct PacketOpener: Sendable {
    private let key: MasterKey

    package init(key: MasterKey) { self.key = key }

    package func open(_ packet: ByteBuffer) throws(ShadowsocksError) -> ByteBuffer {
        var packet = packet
        let count = packet.readableBytes - key.method.saltLength - AEAD.tagLength
        guard count >= 0, let salt = packet.readBytes(length: key.method.saltLength) else {
            throw ShadowsocksError(.truncated, "a packet of \(packet.readableBytes) bytes is too short to be one")
        }
        var session = try SessionCipher(key: key, salt: try Salt(salt, method: key.method))
        var plaintext = ByteBuffer()
        try plaintext.writeWithUnsafeMutableBytes(minimumWritableBytes: max(1, count)) {
            (room) throws(ShadowsocksError) in
            guard let base = room.baseAddress else { return 0 }
            try packet.withUnsafeReadableBytes { (sealed) throws(ShadowsocksError) in
                try session.open(sealed, to: base)
            }
            return count
        }
        return plaintext
    }
}
