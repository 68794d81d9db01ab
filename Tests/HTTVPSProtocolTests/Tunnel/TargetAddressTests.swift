import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Target addresses as text")
struct TargetAddressTests {
    @Test(
        "are read and printed in one form",
        arguments: [
            ("93.184.216.34:443", "93.184.216.34:443"), ("0.0.0.0:1", "0.0.0.0:1"),
            ("255.255.255.255:65535", "255.255.255.255:65535"), ("[::]:80", "[::]:80"), ("[::1]:80", "[::1]:80"),
            ("[1::]:80", "[1::]:80"), ("[2001:DB8:0:0:1:0:0:1]:443", "[2001:db8::1:0:0:1]:443"),
            ("[2001:0db8:0000:0000:0000:0000:0000:0001]:443", "[2001:db8::1]:443"),
            ("[::ffff:192.0.2.1]:80", "[::ffff:c000:201]:80"), ("[1:2:3:4:5:6:1.2.3.4]:80", "[1:2:3:4:5:6:102:304]:80"),
            ("[1:2:3:4:5:6:7::]:80", "[1:2:3:4:5:6:7:0]:80"), ("[1:0:3:4:5:6:7:8]:80", "[1:0:3:4:5:6:7:8]:80"),
            ("example.com:443", "example.com:443"), ("a:1", "a:1"),
            ("Under_score-1.example.:8080", "Under_score-1.example.:8080"),
            ("1.2.3:80", "1.2.3:80"), ("256.1.1.1:80", "256.1.1.1:80"),
        ])
    func readable(text: String, printed: String) throws {
        let address = try #require(TargetAddress(text))
        #expect(address.description == printed)
        #expect(TargetAddress(printed) == address)
    }

    @Test("have hosts of three kinds")
    func kinds() {
        #expect(TargetAddress("1.2.3.4:80")?.host == .ipv4(0x0102_0304))
        #expect(TargetAddress("[::ffff:1.2.3.4]:80")?.host == .ipv6(IPv6Address(high: 0, low: 0xFFFF_0102_0304)))
        #expect(TargetAddress("01.2.3.4:80")?.host == .name("01.2.3.4"))
        #expect(TargetAddress("1.2.3.4.:80")?.host == .name("1.2.3.4."))
    }

    @Test(
        "that name no possible host and port are refused",
        arguments: [
            "", ":", ":80", "example.com", "example.com:", "example.com:0", "example.com:65536", "example.com:99999",
            "example.com:000080", "example.com:+80", "example.com:-1", "example.com: 80", "example.com:8o",
            "example.com:80 ", "exa mple.com:80", "exämple.com:80", "example.com/:80", "a\u{0}b:80", "a:b:80",
            "::1:80", "[::1]", "[::1:80", "::1]:80", "[]:80", "[1.2.3.4]:80", "[fe80::1%eth0]:80", "[fe80::1%25lo]:80",
            "[:::]:80", "[1::2::3]:80", "[1:2:3:4:5:6:7]:80", "[1:2:3:4:5:6:7:8:9]:80", "[1:2:3:4:5:6:7:8::]:80",
            "[12345::]:80", "[::g]:80", "[:1:2:3:4:5:6:7]:80", "[::1.2.3]:80", "[1.2.3.4::]:80", "[::+1]:80",
            "[::1.2.3.400]:80", "[ ::1]:80", "[example.com]:80", "example.com:٨٠", "e\u{301}:80", "a:\u{301}80",
        ])
    func refused(text: String) {
        #expect(TargetAddress(text) == nil)
    }

    @Test(
        "take names of 1 to 253 characters",
        arguments: [(0, false), (1, true), (253, true), (254, false), (100_000, false)])
    func nameLengths(length: Int, accepted: Bool) {
        let name = String(repeating: "n", count: length)
        #expect((TargetAddress("\(name):65535") != nil) == accepted)
        #expect((TargetAddress(hostText: name, port: 65_535) != nil) == accepted)
    }

    @Test("of any 128 bits are read as they were printed")
    func anyIPv6() {
        var random = Seeded(6)
        for _ in 0..<2_000 {
            let groups = (0..<8).map { _ in random.chance(2) ? 0 : UInt64.random(in: 0...0xFFFF, using: &random) }
            let address = IPv6Address(
                high: groups[..<4].reduce(0) { $0 << 16 | $1 }, low: groups[4...].reduce(0) { $0 << 16 | $1 })
            #expect(IPv6Address(address.description) == address)
        }
    }
}
