import HTTVPSShadowsocks
import Testing

@Suite struct AccessKeyPrintingTests {
    @Test("A printed link reads back as the same key", arguments: CipherMethod.allCases)
    func roundTrip(method: CipherMethod) throws {
        let prefixes = method == .aes128GCM ? [[]] : [[], [0, 0x16, 0x20, 0x2B, 0x26, 0xFF], counting(16)]
        for host in ["node-1.example.com", "127.0.0.1", "2001:db8::1"] {
            for password in ["test", "a:b@c/?#%20+ ", "密码", "\u{0}\n"] {
                for prefix in prefixes {
                    let key = try AccessKey(
                        host: host, port: 65_535, method: method, password: password, prefix: prefix,
                        isOutline: prefix.isEmpty, tag: "A & B #1 密")
                    #expect(try AccessKey(key.link) == key)
                }
            }
        }
    }

    @Test("The link is printed as Outline prints it")
    func form() throws {
        let key = try AccessKey(
            host: "::1", port: 443, method: .aes128GCM, password: "test", isOutline: true, tag: "a b")
        #expect(key.link == "ss://YWVzLTEyOC1nY206dGVzdA@[::1]:443/?outline=1#a%20b")
    }

    @Test("A key describes itself without its password")
    func masks() throws {
        let key = try AccessKey("ss://aes-256-gcm:hunter2@[::1]:443/?outline=1#mine")
        #expect("\(key)" == "ss://aes-256-gcm:***@[::1]:443")
        #expect(!String(reflecting: key).contains("hunter2"))
    }
}
