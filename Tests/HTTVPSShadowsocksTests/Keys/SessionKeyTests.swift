import Testing

@testable import HTTVPSShadowsocks

@Suite struct SessionKeyTests {
    @Test(
        "A session key is HKDF-SHA1 of the master key and the salt",
        arguments: [
            (
                CipherMethod.chacha20Poly1305, "test",
                "0205fa486aabee35ab86fc1fa015f3a9fc5c8ce7657db427d9ba55b49e718953"
            ),
            (.aes256GCM, "test", "0205fa486aabee35ab86fc1fa015f3a9fc5c8ce7657db427d9ba55b49e718953"),
            (.aes128GCM, "test", "96b249baa3b4e00f502f84a5a90ac784"),
            (.chacha20Poly1305, "Secret0", "32ebacd257daf5f679cb9e9aca905b85b82dd0705b63f6f1139b0f51f0f3674e"),
        ])
    func derives(method: CipherMethod, password: String, expected: String) throws {
        let salt = try Salt(counting(method.saltLength), method: method)
        let key = SessionKey(master: MasterKey(password: password, method: method), salt: salt)
        #expect(hex(key.bytes) == expected)
    }

    @Test("The published stream's salt gives its published session key")
    func derivesPublished() throws {
        let salt = try Salt(
            bytes(hex: "8094ac0782801abeb1e60778767df9b4310cacf43d6e52f19371e19fcc7716dd"), method: .chacha20Poly1305)
        let key = SessionKey(master: MasterKey(password: "密码", method: .chacha20Poly1305), salt: salt)
        #expect(hex(key.bytes) == "81fac62003af33e427c4d6ffaa0641a5345f843c0193e08b89250aa772bdbd3e")
    }
}
