import HTTVPSSodium
import Testing

@Suite struct XChaCha20Poly1305Tests {
    private let message = Array(
        ("Ladies and Gentlemen of the class of '99: If I could offer you only one tip for the future, sunscreen would "
            + "be it.").utf8)

    @Test("The vector of draft-irtf-cfrg-xchacha, appendix A.3.1")
    func draftVector() throws {
        let cipher = try XChaCha20Poly1305(key: (0x80...0x9F).map { $0 })
        let nonce: [UInt8] = (0x40...0x57).map { $0 }
        let sealed = try cipher.seal(message, nonce: nonce, associatedData: bytes(hex: "50515253c0c1c2c3c4c5c6c7"))
        #expect(hex(sealed.prefix(16)) == "bd6d179d3e83d43b9576579493c0e939")
        #expect(hex(sealed.suffix(16)) == "c0875924c1c7987947deafd8780acf49")
        let associated = bytes(hex: "50515253c0c1c2c3c4c5c6c7")
        #expect(try cipher.open(sealed, nonce: nonce, associatedData: associated) == message)
    }

    @Test("A sealed value carries its nonce, and no two are alike")
    func carriesNonce() throws {
        let cipher = try XChaCha20Poly1305(key: SecureRandom.bytes(32))
        let row = Array("outline_nodes/42".utf8)
        let first = cipher.seal(message, associatedData: row)
        #expect(first != cipher.seal(message, associatedData: row))
        #expect(try cipher.open(first, associatedData: row) == message)
        #expect(try cipher.open(cipher.seal([])) == [])
    }

    @Test("A changed value, another row, another key or a cut value is refused")
    func refusals() throws {
        let cipher = try XChaCha20Poly1305(key: counting(32))
        let sealed = cipher.seal([1, 2, 3], associatedData: [9])
        #expect(code { try cipher.open(sealed, associatedData: [8]) } == .forged)
        let other = try XChaCha20Poly1305(key: counting(33).suffix(32).map { $0 })
        #expect(code { try other.open(sealed, associatedData: [9]) } == .forged)
        for index in sealed.indices {
            var changed = sealed
            changed[index] ^= 1
            #expect(code { try cipher.open(changed, associatedData: [9]) } == .forged)
            #expect(code { try cipher.open(Array(sealed.prefix(index)), associatedData: [9]) } != nil)
        }
        #expect(code { try cipher.seal([1], nonce: [1]) } == .badNonceLength)
        #expect(code { _ = try XChaCha20Poly1305(key: [1]) } == .badKeyLength)
    }

    private func code(_ body: () throws -> Any) -> SodiumError.Code? {
        do {
            _ = try body()
            return nil
        } catch {
            return (error as? SodiumError)?.code
        }
    }
}
