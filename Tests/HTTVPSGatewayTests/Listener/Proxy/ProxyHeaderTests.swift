import NIOCore
import Testing

@testable import HTTVPSGateway

struct ProxyHeaderTests {
    private static let signature: [UInt8] = [0x0D, 0x0A, 0x0D, 0x0A, 0, 0x0D, 0x0A, 0x51, 0x55, 0x49, 0x54, 0x0A]

    static let headers: [([UInt8], ProxyHeader, Int)] = [
        (Array("PROXY TCP4 192.0.2.1 198.51.100.2 1024 443\r\nrest".utf8), .source("192.0.2.1"), 4),
        (Array("PROXY TCP6 2001:db8::1 ::1 1 2\r\n".utf8), .source("2001:db8::1"), 0),
        (Array("PROXY UNKNOWN\r\n".utf8), .source(nil), 0), (Array("PROXY UNKNOWN x y\r\nz".utf8), .source(nil), 1),
        (Array("PROXY TCP4 192.0.2.1 198.51.100.2 1024 99999\r\n".utf8), .malformed, 0),
        (Array("PROXY TCP4 x y 1 2\r\n".utf8), .malformed, 0),
        (Array("PROXY TCP4 192.0.2.1 y 1 2\r\n".utf8), .malformed, 0),
        (Array("PROXY TCP6 ::1 192.0.2.1 1 2\r\n".utf8), .malformed, 0),
        (Array("PROXY TCP6 ::ffff:192.0.2.1 ::1 1 2\r\n".utf8), .source("192.0.2.1"), 0),
        (Array("PROXY UDP4 1.2.3.4 1.2.3.4 1 2\r\n".utf8), .malformed, 0),
        (Array(("PROXY " + String(repeating: "a", count: 200)).utf8), .malformed, 0),
        ([0x16, 3, 1], .absent, 3), (Array("GET /".utf8), .absent, 5), (Array("PROXY TC".utf8), .incomplete, 8),
        (signature + [0x21, 0x11, 0, 12, 192, 0, 2, 1, 1, 2, 3, 4, 0, 1, 0, 2, 9], .source("192.0.2.1"), 1),
        (
            signature + [0x21, 0x21, 0, 36] + [0x20, 1, 0x0D, 0xB8] + Array(repeating: 0, count: 11) + [1]
                + Array(repeating: 0, count: 20), .source("2001:db8::1"), 0
        ),
        (signature + [0x20, 0, 0, 0], .source(nil), 0), (signature + [0x21, 0x31, 0, 1, 7], .source(nil), 0),
        (signature + [0x21, 0x11, 0, 4, 1, 2, 3, 4], .malformed, 0), (signature + [0x11, 0x11, 0, 0], .malformed, 0),
        (signature + [0x21, 0x11, 0xFF, 0xFF], .malformed, 0), (signature + [0x21, 0x11, 0], .incomplete, 15),
    ]

    @Test("PROXY headers of both versions are read, and what is none is left alone", arguments: headers)
    func read(bytes: [UInt8], expected: ProxyHeader, rest: Int) {
        var input = ByteBuffer(bytes: bytes)
        let result = ProxyHeader.read(&input)
        #expect(result == expected)
        if expected != .malformed { #expect(input.readableBytes == rest) }
    }

    @Test("A header that comes byte by byte is read when it is whole")
    func pieces() {
        for (bytes, expected, rest) in Self.headers where rest == 0 && expected != .malformed {
            for count in 1..<bytes.count {
                var part = ByteBuffer(bytes: bytes.prefix(count))
                #expect(ProxyHeader.read(&part) == .incomplete)
                #expect(part.readableBytes == count)
            }
        }
    }

    @Test("X-Forwarded-For is believed as far as trusted proxies wrote it")
    func forwarded() throws {
        var trust = ProxyTrust()
        trust.proxies = try [#require(AddressBlock("10.0.0.0/8")), #require(AddressBlock("fd00::/8"))]
        func client(_ peer: String, _ values: String...) -> String {
            var fields = HeadFields()
            for value in values { fields.append("X-Forwarded-For", value) }
            return trust.client(behind: peer, fields)
        }
        #expect(client("192.0.2.9", "1.2.3.4") == "192.0.2.9")
        #expect(client("10.0.0.1") == "10.0.0.1")
        #expect(client("10.0.0.1", "6.6.6.6, 1.2.3.4") == "1.2.3.4")
        #expect(client("10.0.0.1", "6.6.6.6", "1.2.3.4, 10.9.9.9") == "1.2.3.4")
        #expect(client("fd00::1", "2001:DB8::1") == "2001:db8::1")
        #expect(client("10.0.0.1", "1.2.3.4, nonsense") == "10.0.0.1")
        #expect(client("::ffff:10.0.0.1", "6.6.6.6, ::ffff:1.2.3.4, ::FFFF:a09:909") == "1.2.3.4")
    }

    @Test(
        "Hops may carry ports and quotes, and nothing else",
        arguments: [
            ("5.5.5.5:1234", "5.5.5.5"), ("[2001:db8::1]:443", "2001:db8::1"), ("\"[2001:db8::1]:443\"", "2001:db8::1"),
            ("[2001:db8::1]", "2001:db8::1"), ("\"5.5.5.5:80\"", "5.5.5.5"), ("5.5.5.5:", nil), ("5.5.5.5:1a", nil),
            ("5.5.5.5:123456", nil), ("[5.5.5.5]:80", nil), ("[2001:db8::1", nil), ("[2001:db8::1]x", nil),
            ("2001:db8::1:", nil), ("\"5.5.5.5", nil), ("unknown", nil), ("", nil),
        ] as [(String, String?)])
    func hops(text: String, expected: String?) { #expect(AddressBlock.Address(hop: text)?.description == expected) }

    @Test("Trusted proxies may be written as IPv4 addresses mapped into IPv6")
    func mapped() throws {
        var trust = ProxyTrust()
        trust.proxies = try [#require(AddressBlock("::ffff:10.0.0.0/104")), #require(AddressBlock("::ffff:192.0.2.1"))]
        for address in ["10.1.2.3", "::ffff:10.1.2.3", "192.0.2.1"] { #expect(trust.includes(address)) }
        for address in ["11.1.2.3", "192.0.2.2", "::10.1.2.3"] { #expect(!trust.includes(address)) }
        #expect(AddressBlock("::ffff:0:0/95")?.unmapped == AddressBlock("::ffff:0:0/95"))
        #expect(AddressBlock("::ffff:0:0/96")?.unmapped == AddressBlock("0.0.0.0/0"))
    }

    @Test("IPv6 addresses count by /64")
    func groups() {
        #expect(AddressLimit.group("2001:db8:1:2:3::1") == AddressLimit.group("2001:db8:1:2:ffff::9"))
        #expect(AddressLimit.group("2001:db8:1:3::1") != AddressLimit.group("2001:db8:1:2::1"))
        #expect(AddressLimit.group("192.0.2.1") == "192.0.2.1")
        #expect(AddressLimit.group("::ffff:192.0.2.1") == "192.0.2.1")
        #expect(AddressLimit.group("::ffff:192.0.2.1") != AddressLimit.group("::ffff:192.0.2.2"))
    }
}
