package import NIOCore

package struct StreamSealer: Sendable {
    private var session: SessionCipher
    private var unsentSalt: Salt?

    package init(key: MasterKey, salt: Salt) throws(ShadowsocksError) {
        session = try SessionCipher(key: key, salt: salt)
        unsentSalt = salt
    }

    package init(key: MasterKey, prefix: [UInt8] = []) throws(ShadowsocksError) {
        try self.init(key: key, salt: try Salt.random(method: key.method, prefix: prefix))
    }

    package func sealedLength(of plaintext: Int) -> Int {
        (unsentSalt?.bytes.count ?? 0) + Chunk.sealedLength(of: plaintext)
    }

    package mutating func seal(_ plaintext: ByteBuffer, into out: inout ByteBuffer) throws(ShadowsocksError) {
        try plaintext.withUnsafeReadableBytes { (bytes) throws(ShadowsocksError) in
            try seal(bytes, into: &out)
        }
    }

    package mutating func seal(
        _ plaintext: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) throws(ShadowsocksError) {
        guard !plaintext.isEmpty else { return }
        prepare(&out, for: plaintext.count)
        try sealChunks(plaintext, into: &out)
    }

    package mutating func sealFirst(
        address: ByteBuffer, data: ByteBuffer, into out: inout ByteBuffer
    ) throws(ShadowsocksError) {
        try address.withUnsafeReadableBytes { (address) throws(ShadowsocksError) in
            try data.withUnsafeReadableBytes { (data) throws(ShadowsocksError) in
                try sealFirst(address, data, into: &out)
            }
        }
    }

    private mutating func sealFirst(
        _ address: UnsafeRawBufferPointer, _ data: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) throws(ShadowsocksError) {
        guard (1..<Chunk.longestPayload).contains(address.count) else {
            try seal(address, into: &out)
            return try seal(data, into: &out)
        }
        prepare(&out, for: address.count + data.count)
        let shared = min(data.count, Chunk.longestPayload - address.count)
        try sealChunk(of: address.count + shared, into: &out) { payload in
            payload.copyMemory(from: address)
            UnsafeMutableRawBufferPointer(rebasing: payload[address.count...])
                .copyMemory(from: UnsafeRawBufferPointer(rebasing: data[..<shared]))
            return UnsafeRawBufferPointer(payload)
        }
        try sealChunks(UnsafeRawBufferPointer(rebasing: data[shared...]), into: &out)
    }

    private mutating func prepare(_ out: inout ByteBuffer, for plaintext: Int) {
        out.reserveCapacity(minimumWritableBytes: sealedLength(of: plaintext))
        if let salt = unsentSalt {
            out.writeBytes(salt.bytes)
            unsentSalt = nil
        }
    }

    private mutating func sealChunks(
        _ plaintext: UnsafeRawBufferPointer, into out: inout ByteBuffer
    ) throws(ShadowsocksError) {
        var start = 0
        while start < plaintext.count {
            let end = min(start + Chunk.longestPayload, plaintext.count)
            let part = UnsafeRawBufferPointer(rebasing: plaintext[start..<end])
            try sealChunk(of: part.count, into: &out) { _ in part }
            start = end
        }
    }

    private mutating func sealChunk(
        of count: Int, into out: inout ByteBuffer,
        source: (UnsafeMutableRawBufferPointer) -> UnsafeRawBufferPointer
    ) throws(ShadowsocksError) {
        let total = count + Chunk.overhead
        try out.writeWithUnsafeMutableBytes(minimumWritableBytes: total) { (room) throws(ShadowsocksError) in
            guard let length = room.baseAddress else { return 0 }
            length.storeBytes(of: UInt16(count).bigEndian, as: UInt16.self)
            try session.seal(UnsafeRawBufferPointer(start: length, count: 2), to: length)
            let payload = length + Chunk.sealedLengthField
            try session.seal(source(UnsafeMutableRawBufferPointer(start: payload, count: count)), to: payload)
            return total
        }
    }
}
