package import NIOCore

package struct StreamOpener: Sendable {
    private enum State {
        case salt
        case length(SessionCipher)
        case payload(SessionCipher, count: Int)
        case failed(ShadowsocksError)
    }

    private let key: MasterKey
    private var state = State.salt
    private var partial: [UInt8] = []
    private var held = ByteBuffer()

    package init(key: MasterKey) { self.key = key }

    package var heldPlaintext: Int { held.readableBytes }

    package var bufferedBytes: Int { partial.count + held.readableBytes }

    package mutating func open(
        _ ciphertext: inout ByteBuffer, into plaintext: inout ByteBuffer, upTo maxPlaintext: Int = .max
    ) throws(ShadowsocksError) {
        var room = maxPlaintext - drainHeld(into: &plaintext, upTo: maxPlaintext)
        if case .failed(let error) = state { throw error }
        let expected = Chunk.mostPlaintext(in: partial.count + ciphertext.readableBytes)
        plaintext.reserveCapacity(minimumWritableBytes: min(room, expected))
        do {
            while room > 0, try openUnit(&ciphertext, into: &plaintext, room: &room) {}
        } catch {
            state = .failed(error)
            partial = []
            throw error
        }
    }

    package func finish() throws(ShadowsocksError) {
        switch state {
        case .salt where partial.isEmpty, .length where partial.isEmpty: return
        case .failed(let error): throw error
        default: throw ShadowsocksError(.truncated, "the node's stream ended inside a chunk")
        }
    }

    private var unitLength: Int {
        switch state {
        case .salt: key.method.saltLength
        case .length: Chunk.sealedLengthField
        case .payload(_, let count): count + AEAD.tagLength
        case .failed: 0
        }
    }

    private mutating func openUnit(
        _ ciphertext: inout ByteBuffer, into plaintext: inout ByteBuffer, room: inout Int
    ) throws(ShadowsocksError) -> Bool {
        let needed = unitLength
        if partial.isEmpty, ciphertext.readableBytes >= needed {
            try ciphertext.withUnsafeReadableBytes { (bytes) throws(ShadowsocksError) in
                try openUnit(UnsafeRawBufferPointer(rebasing: bytes[..<needed]), into: &plaintext, room: &room)
            }
            ciphertext.moveReaderIndex(forwardBy: needed)
            return true
        }
        collect(from: &ciphertext, upTo: needed)
        guard partial.count == needed else { return false }
        let unit = partial
        partial = []
        try unit.withUnsafeBufferPointer { (bytes) throws(ShadowsocksError) in
            try openUnit(UnsafeRawBufferPointer(bytes), into: &plaintext, room: &room)
        }
        return true
    }

    private mutating func openUnit(
        _ unit: UnsafeRawBufferPointer, into plaintext: inout ByteBuffer, room: inout Int
    ) throws(ShadowsocksError) {
        switch state {
        case .salt:
            state = .length(try SessionCipher(key: key, salt: try Salt(Array(unit), method: key.method)))
        case .length(var session):
            let count = try Self.openLength(unit, &session)
            state = .payload(session, count: count)
        case .payload(var session, let count) where count <= room:
            try Self.openPayload(unit, count, &session, into: &plaintext)
            room -= count
            state = .length(session)
        case .payload(var session, let count):
            try Self.openPayload(unit, count, &session, into: &held)
            room -= drainHeld(into: &plaintext, upTo: room)
            state = .length(session)
        case .failed(let error):
            throw error
        }
    }

    private static func openLength(
        _ unit: UnsafeRawBufferPointer, _ session: inout SessionCipher
    ) throws(ShadowsocksError) -> Int {
        var length: UInt16 = 0
        try withUnsafeMutableBytes(of: &length) { (out) throws(ShadowsocksError) in
            if let out = out.baseAddress { try session.open(unit, to: out) }
        }
        let count = Int(UInt16(bigEndian: length))
        guard count <= Chunk.longestPayload else {
            throw ShadowsocksError(.chunkTooLong, "a chunk of \(count) bytes exceeds \(Chunk.longestPayload)")
        }
        return count
    }

    private static func openPayload(
        _ unit: UnsafeRawBufferPointer, _ count: Int, _ session: inout SessionCipher, into out: inout ByteBuffer
    ) throws(ShadowsocksError) {
        try out.writeWithUnsafeMutableBytes(minimumWritableBytes: max(1, count)) { (room) throws(ShadowsocksError) in
            guard let base = room.baseAddress else { return 0 }
            try session.open(unit, to: base)
            return count
        }
    }

    private mutating func collect(from ciphertext: inout ByteBuffer, upTo needed: Int) {
        let missing = min(needed - partial.count, ciphertext.readableBytes)
        guard missing > 0 else { return }
        partial.reserveCapacity(needed)
        partial += ciphertext.readableBytesView.prefix(missing)
        ciphertext.moveReaderIndex(forwardBy: missing)
    }

    private mutating func drainHeld(into plaintext: inout ByteBuffer, upTo room: Int) -> Int {
        guard held.readableBytes > 0, let part = held.readSlice(length: min(room, held.readableBytes)) else { return 0 }
        plaintext.writeImmutableBuffer(part)
        if held.readableBytes == 0 { held = ByteBuffer() }
        return part.readableBytes
    }
}
