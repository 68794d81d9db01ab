package enum Chunk {
    package static let longestPayload = 0x3FFF
    package static let sealedLengthField = 2 + AEAD.tagLength
    package static let overhead = sealedLengthField + AEAD.tagLength
    package static let longest = longestPayload + overhead

    package static func sealedLength(of plaintext: Int) -> Int {
        plaintext + (plaintext + longestPayload - 1) / longestPayload * overhead
    }

    package static func mostPlaintext(in sealed: Int) -> Int {
        sealed / longest * longestPayload + max(0, sealed % longest - overhead)
    }
}
