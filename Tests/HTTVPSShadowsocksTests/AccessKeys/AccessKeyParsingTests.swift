import HTTVPSShadowsocks
import Testing

@Suite struct AccessKeyParsingTests {
    @Test("A SIP002 link with unpadded base64 gives its parts")
    func publishedExample() throws {
        let key = try AccessKey("ss://YWVzLTEyOC1nY206dGVzdA@192.168.100.1:8888/#Example1")
        #expect(
            try key
                == AccessKey(
                    host: "192.168.100.1", port: 8888, method: .aes128GCM, password: "test", tag: "Example1"))
    }

    @Test(
        "Padded, percent-encoded, standard and plain user info all give the same password",
        arguments: [
            "YWVzLTI1Ni1nY206Pz8/Pj4+", "YWVzLTI1Ni1nY206Pz8_Pj4-", "YWVzLTI1Ni1nY206Pz8%2FPj4%2B",
            "aes-256-gcm:%3F%3F%3F%3E%3E%3E", "AES-256-GCM:%3f%3f%3f%3e%3e%3e", "aes-256-gcm%3A%3F%3F%3F%3E%3E%3E",
        ])
    func userInfoForms(userInfo: String) throws {
        let key = try AccessKey("ss://\(userInfo)@node.example:443")
        #expect(key.method == .aes256GCM)
        #expect(key.password == "???>>>")
    }

    @Test(
        "Padding is optional",
        arguments: ["YWVzLTEyOC1nY206dGVzdA", "YWVzLTEyOC1nY206dGVzdA==", "YWVzLTEyOC1nY206dGVzdA%3D%3D"])
    func padding(userInfo: String) throws {
        #expect(try AccessKey("ss://\(userInfo)@h:1").password == "test")
    }

    @Test("A plain password is percent-decoded, one from base64 is taken as it is")
    func percentSigns() throws {
        #expect(try AccessKey("ss://aes-128-gcm:a%40b%3Ac%2F%E5%AF%86@h:1").password == "a@b:c/密")
        let literal = "ss://Y2hhY2hhMjAtaWV0Zi1wb2x5MTMwNTpzYWR4czslMjA4NDhzMTUxMg@localhost.local:114/"
        #expect(try AccessKey(literal).password == "sadxs;%20848s1512")
    }

    @Test(
        "A legacy link is split at its last at sign and its first colon",
        arguments: ["", "/", "#tag", "/?outline=1#tag", "?group=x"])
    func legacy(ending: String) throws {
        let body = "Y2hhY2hhMjAtaWV0Zi1wb2x5MTMwNTp0ZXN0LyFAIzpAMTkyLjE2OC4xMDAuMTo4ODg4"
        let key = try AccessKey("ss://" + body + ending)
        #expect(key.password == "test/!@#:")
        #expect(key.host == "192.168.100.1")
        #expect(key.port == 8888)
        #expect(key.method == .chacha20Poly1305)
        #expect(key.isOutline == ending.contains("outline"))
    }

    @Test("IPv6 hosts stand in brackets")
    func ipv6() throws {
        #expect(try AccessKey("ss://aes-128-gcm:p@[2001:db8::1]:8388").host == "2001:db8::1")
        #expect(try AccessKey("ss://aes-128-gcm:p@[::ffff:1.2.3.4]:8388").host == "::ffff:1.2.3.4")
    }

    @Test("Outline's marker and prefix are read, keys that nobody knows are ignored")
    func options() throws {
        let key = try AccessKey("  ss://chacha20-ietf-poly1305:p@h:1/?outline=1&prefix=POST%20&x=y&&z#My%20server\n")
        #expect(key.isOutline)
        #expect(key.prefix == Array("POST ".utf8))
        #expect(key.tag == "My server")
        let tls = try AccessKey("ss://chacha20-ietf-poly1305:p@h:1?prefix=%16%03%01%00%C2%A8%01%01")
        #expect(tls.prefix == [0x16, 3, 1, 0, 0xA8, 1, 1])
        #expect(!tls.isOutline)
    }

    @Test(
        "A link that cannot be used says why",
        arguments: [
            ("", AccessKeyError.Code.notShadowsocks), ("https://h:1", .notShadowsocks), ("ss:/x", .notShadowsocks),
            ("ss://", .badCredentials), ("ss://***", .badEncoding), ("ss://%zz@h:1", .badEncoding),
            ("ss://a*b@h:1", .badEncoding), ("ss://aes-128-gcm:%FF@h:1", .badEncoding),
            ("ss://dGVzdA@h:1", .badCredentials), ("ss://aes-128-gcm:@h:1", .badCredentials),
            ("ss://rc4-md5:hunter2@h:1", .unsupportedMethod), ("ss://:hunter2@h:1", .unsupportedMethod),
            ("ss://aes-128-gcm:p@h", .badPort), ("ss://aes-128-gcm:p@h:", .badPort),
            ("ss://aes-128-gcm:p@h:0", .badPort),
            ("ss://aes-128-gcm:p@h:65536", .badPort), ("ss://aes-128-gcm:p@h:+1", .badPort),
            ("ss://aes-128-gcm:p@:1", .badHost), ("ss://aes-128-gcm:p@a b:1", .badHost),
            ("ss://aes-128-gcm:p@::1:1", .badHost), ("ss://aes-128-gcm:p@[::g]:1", .badHost),
            ("ss://aes-128-gcm:p@[fe80::1%25eth0]:1", .badHost), ("ss://aes-128-gcm:p@h:1/path", .badPath),
            ("ss://aes-128-gcm:p@h:1/?plugin=obfs-local%3Bobfs%3Dtls", .pluginUnsupported),
            ("ss://aes-128-gcm:p@h:1/?prefix=a", .prefixTooLong),
            ("ss://aes-256-gcm:p@h:1/?prefix=12345678901234567", .prefixTooLong),
            ("ss://aes-256-gcm:p@h:1/?prefix=%E5%AF%86", .badPrefix),
            ("ss://aes-256-gcm:p@h:1/?prefix=%FF", .badPrefix),
        ])
    func faults(link: String, code: AccessKeyError.Code) {
        let error = #expect(throws: AccessKeyError.self) { try AccessKey(link) }
        #expect(error?.code == code)
        #expect(error?.description.contains("hunter2") == false)
    }
}
