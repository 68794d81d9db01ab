import Testing

@testable import HTTVPSShadowsocks

@Suite struct MasterKeyTests {
    @Test(
        "A password is stretched as OpenSSL's EVP_BytesToKey does with MD5",
        arguments: [
            ("password", "5f4dcc3b5aa765d61d8327deb882cf992b95990a9151374abd8ff8c5a7a0fe08"),
            ("test", "098f6bcd4621d373cade4e832627b4f60a9172716ae6428409885b8b829ccb05"),
            ("123中1文da18测)试abc!#$@(", "8c5ea5e7ade3b3133a479e6aff0506dd7952bf75984a26722070cd9e44a09353"),
            ("密码", "a8105204604a0b11e916f3879aae3b0bce5c69f758514149da605abbf1680194"),
            ("Secret0", "30fe21e6124af58a3cecf1ccb83e5f8835555b3792f4d3e35330fba66ab010d4"),
        ])
    func stretches(password: String, expected: String) {
        #expect(hex(MasterKey(password: password, method: .chacha20Poly1305).bytes) == expected)
        #expect(hex(MasterKey(password: password, method: .aes256GCM).bytes) == expected)
        #expect(hex(MasterKey(password: password, method: .aes128GCM).bytes) == String(expected.prefix(32)))
    }

    @Test("A key does not print itself")
    func masksItself() throws {
        let key = MasterKey(password: "test", method: .aes128GCM)
        let session = SessionKey(master: key, salt: try Salt(counting(16), method: .aes128GCM))
        #expect("\(key)" == "MasterKey(aes-128-gcm, ***)")
        #expect("\(session)" == "SessionKey(***)")
    }
}
