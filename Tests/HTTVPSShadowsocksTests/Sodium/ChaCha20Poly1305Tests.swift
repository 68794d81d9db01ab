import HTTVPSSodium
import Testing

@Suite struct ChaCha20Poly1305Tests {
    @Test("Sealing and opening work on the same memory")
    func inPlace() throws {
        let cipher = try ChaCha20Poly1305(key: counting(32))
        let message = counting(1000)
        var memory = message + [UInt8](repeating: 0, count: ChaCha20Poly1305.tagLength)
        let nonce = [UInt8](repeating: 7, count: 12)
        let opened = memory.withUnsafeMutableBytes { memory in
            guard let base = memory.baseAddress else { return false }
            return nonce.withUnsafeBytes { nonce in
                guard let nonce = nonce.baseAddress else { return false }
                cipher.seal(UnsafeRawBufferPointer(rebasing: memory[..<1000]), to: base, nonce: nonce)
                guard !memory.prefix(1000).elementsEqual(message) else { return false }
                return cipher.open(UnsafeRawBufferPointer(memory), to: base, nonce: nonce)
            }
        }
        #expect(opened)
        #expect(Array(memory.prefix(1000)) == message)
    }

    @Test("A key of another length is refused")
    func keyLength() {
        let error = #expect(throws: SodiumError.self) { try ChaCha20Poly1305(key: counting(31)) }
        #expect(error?.code == .badKeyLength)
    }
}
