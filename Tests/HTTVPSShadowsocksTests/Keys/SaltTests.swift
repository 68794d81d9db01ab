import HTTVPSShadowsocks
import Testing

@Suite struct SaltTests {
    @Test("A random salt has the method's length, is never the same, and starts with the prefix")
    func random() throws {
        let prefix = Array("POST ".utf8)
        let salts = try (0..<200).map { _ in try Salt.random(method: .chacha20Poly1305, prefix: prefix).bytes }
        #expect(salts.allSatisfy { $0.count == 32 && $0.starts(with: prefix) })
        #expect(Set(salts).count == 200)
    }

    @Test(
        "A prefix leaves at least sixteen random bytes in the salt",
        arguments: zip(CipherMethod.allCases, [16, 16, 0]))
    func prefixLength(method: CipherMethod, longest: Int) throws {
        #expect(method.longestPrefix == longest)
        _ = try Salt.random(method: method, prefix: counting(longest))
        let error = #expect(throws: ShadowsocksError.self) {
            try Salt.random(method: method, prefix: counting(longest + 1))
        }
        #expect(error?.code == .prefixTooLong)
    }

    @Test("A salt of another length is refused", arguments: CipherMethod.allCases)
    func length(method: CipherMethod) {
        let error = #expect(throws: ShadowsocksError.self) { try Salt(counting(method.saltLength - 1), method: method) }
        #expect(error?.code == .badSalt)
    }
}
