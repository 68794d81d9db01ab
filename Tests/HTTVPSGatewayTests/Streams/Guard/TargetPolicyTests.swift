import HTTVPSGateway
import HTTVPSProtocol
import Testing

@Suite struct TargetPolicyTests {
    private func target(_ text: String) throws -> TargetAddress { try #require(TargetAddress(text)) }

    private func rules(_ texts: String...) throws -> [TargetRule] {
        try texts.map { try #require(TargetRule($0), "\($0)") }
    }

    @Test(
        "Private, local and special addresses are refused",
        arguments: [
            "127.0.0.1", "10.1.2.3", "192.168.1.1", "172.16.0.1", "172.31.255.255", "169.254.169.254", "100.64.0.1",
            "100.100.100.200", "192.0.0.192", "168.63.129.16", "198.18.0.1", "0.0.0.0", "224.0.0.1", "239.1.1.1",
            "255.255.255.255", "[::1]", "[::]", "[fe80::1]", "[fc00::1]", "[fd00:ec2::254]", "[ff02::1]",
            "[2001:db8::1]", "[100::1]", "[fec0::1]", "[64:ff9b:1::a]", "[3fff::1]",
        ])
    func specialAddresses(host: String) throws {
        #expect(TargetPolicy().judge(try target("\(host):443")) == .denied(.specialAddress))
    }

    @Test(
        "An address inside another is judged",
        arguments: [
            "[::ffff:127.0.0.1]", "[::ffff:10.0.0.1]", "[::127.0.0.1]", "[::ffff:0:169.254.169.254]",
            "[64:ff9b::a00:1]", "[64:ff9b::169.254.169.254]", "[2002:7f00:1::]", "[2002:c0a8:101::1]",
            "[2001:0:a00:1::1]", "[2001:0:0808:0808::f5ff:fffe]", "[2a00::5efe:10.0.0.1]", "[2a00::200:5efe:7f00:1]",
            "[2a00::100:5efe:10.0.0.1]", "[2002:808:808::5efe:127.0.0.1]", "[2002:7f00:1::5efe:8.8.8.8]",
        ])
    func embedded(host: String) throws {
        #expect(TargetPolicy().judge(try target("\(host):443")) == .denied(.specialAddress))
    }

    @Test(
        "A public address inside a special one opens nothing",
        arguments: [
            "[fd00::5efe:8.8.8.8]", "[fe80::5efe:8.8.8.8]", "[fc00::5efe:1.1.1.1]", "[ff02::5efe:8.8.8.8]",
            "[2001:db8::5efe:8.8.8.8]", "[64:ff9b:1::5efe:8.8.8.8]", "[fd00::200:5efe:8.8.8.8]",
        ])
    func specialAround(host: String) throws {
        #expect(TargetPolicy().judge(try target("\(host):443")) == .denied(.specialAddress))
        let around = TargetPolicy(allowing: try rules("8.8.8.8", "1.1.1.1"))
        #expect(around.judge(try target("\(host):443")) == .denied(.specialAddress))
    }

    @Test(
        "Numbers spelled as names are judged as the addresses that a resolver makes of them",
        arguments: [
            "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "127.0.1", "0x7f.1", "10.0x10203", "017700000001",
            "127.0.0.1.", "0X7F.0.0.1", "0xa9fea9fe", "169.254.43518", "0", "010.0.0.1", "0127.0.0.1",
            "0000127.0.0.1", "0012.1.1.1", "010.1",
        ])
    func spelledAddresses(host: String) throws {
        #expect(TargetPolicy().judge(try target("\(host):80")) == .denied(.specialAddress))
    }

    @Test(
        "Names that end in a number and are no address are refused",
        arguments: [
            "1.2.3.4.5", "999.1.1.1", "example.0x7f", "4294967296", "08.8.8.8", "a.1", "99999999999999999999",
            "1..1", "127..1", ".8.8.8.8", "8.8.8.8..", "8.8.8.0400", "0300.8.8.8",
        ])
    func oddLiterals(host: String) throws {
        #expect(TargetPolicy().judge(try target("\(host):80")) == .denied(.oddLiteral))
    }

    @Test(
        "Local names are refused, single labels too",
        arguments: [
            "printer.local", "PRINTER.LOCAL.", "metadata.google.internal", "metadata.goog", "metadata", "router",
            "nas.home.arpa", "nas.lan", "x.intranet", "x.corp", "kubernetes.default.svc", "a.localdomain", "internal",
            "instance-data.ec2.internal", "x.metadata.goog", "METADATA.tencentyun.com.", "metadata.packet.net",
        ])
    func localNames(host: String) throws {
        #expect(TargetPolicy().judge(try target("\(host):80")) == .denied(.localName))
    }

    @Test("localhost and what lies below it are loopback", arguments: ["localhost", "LOCALHOST.", "a.localhost"])
    func localhost(host: String) throws {
        #expect(TargetPolicy().judge(try target("\(host):80")) == .denied(.specialAddress))
        #expect(TargetPolicy(allowing: TargetRule.loopback).judge(try target("\(host):80")) == .allowed)
    }

    @Test(
        "Public targets are allowed",
        arguments: [
            "example.com:443", "1.1.1.1:53", "[2606:4700::1111]:443", "172.32.0.1:80", "3com.com:80", "1.1.1:80",
            "[64:ff9b::808:808]:443", "[2002:808:808::1]:443", "[2001:0:808:808::f7f7:f7f7]:443", "134744072:80",
            "[::ffff:8.8.8.8]:53", "internal.example:80", "localhost.example:80", "xn--bcher-kva.example:443",
            "08.8.8.8.example:80", "01.01.01.01:80", "example..com:80", "[2a00::5efe:8.8.8.8]:443",
            "[2002:808:808::5efe:1.1.1.1]:443",
        ])
    func allowed(text: String) throws {
        #expect(TargetPolicy().judge(try target(text)) == .allowed)
    }

    @Test(
        "Blocks that are allowed open their addresses and no others",
        arguments: [
            ("127.0.0.1:80", true), ("localhost:8080", true), ("[::1]:80", true), ("127.1:80", true),
            ("[::ffff:127.0.0.1]:80", true), ("10.0.0.1:80", false), ("127.0.0.1:25", false), ("localhost:25", false),
        ])
    func opened(text: String, permitted: Bool) throws {
        let policy = TargetPolicy(allowing: TargetRule.loopback)
        #expect((policy.judge(try target(text)) == .allowed) == permitted)
    }

    @Test(
        "The mail port opens only to an entry that names it",
        arguments: [
            ("example.com:25", false), ("mail.example:25", true), ("1.1.1.1:25", false), ("192.0.2.9:25", true),
            ("[::ffff:192.0.2.9]:25", true), ("192.0.2.9:26", false), ("example.com:587", true),
        ])
    func mail(text: String, permitted: Bool) throws {
        let policy = TargetPolicy(allowing: try rules("mail.example:25", "192.0.2.9:25", "example.com"))
        #expect((policy.judge(try target(text)) == .allowed) == permitted)
    }

    @Test("Names and domains that are allowed are reached, others like them are not")
    func allowedNames() throws {
        let policy = TargetPolicy(allowing: try rules("nas.local", ".corp", "*.lan:8000-8010"))
        for open in ["nas.local:80", "NAS.local.:80", "corp:80", "a.b.corp:80", "x.lan:8010"] {
            #expect(policy.judge(try target(open)) == .allowed, "\(open)")
        }
        for closed in ["a.nas.local:80", "other.local:80", "lan:8000", "x.lan:8011"] {
            #expect(policy.judge(try target(closed)) == .denied(.localName), "\(closed)")
        }
    }

    @Test(
        "The deny list wins over everything, in every form of an address",
        arguments: [
            "8.8.8.8:53", "[::ffff:8.8.8.8]:53", "[64:ff9b::808:808]:53", "134744072:53", "bad.example:443",
            "www.bad.example:443", "WWW.BAD.EXAMPLE.:443", "fine.example:6881", "127.0.0.1:22", "localhost:22",
        ])
    func denied(text: String) throws {
        let policy = TargetPolicy(
            allowing: TargetRule.loopback + (try rules("8.8.8.8", ".example")),
            denying: try rules("8.8.8.0/24", ".bad.example", "*:6881-6889", "127.0.0.0/8:22"))
        #expect(policy.judge(try target(text)) == .denied(.denyList))
        #expect(policy.judge(try target("127.0.0.1:23")) == .allowed)
    }

    @Test("Our own hosts are refused by address and by name, unless they are allowed")
    func ownServices() throws {
        var policy = TargetPolicy()
        for host in ["backend.example", "9.9.9.9", "2606:4700::1", "[2606:4700::2]"] { policy.protect(host: host) }
        for text in [
            "Backend.example.:443", "9.9.9.9:1", "[::ffff:9.9.9.9]:1", "151587081:80", "[2606:4700::1]:1",
            "[2606:4700::2]:443",
        ] { #expect(policy.judge(try target(text)) == .denied(.ownService), "\(text)") }
        #expect(policy.judge(try target("www.backend.example:443")) == .allowed)
        var open = TargetPolicy(allowing: try rules("9.9.9.9"))
        open.protect(host: "9.9.9.9")
        #expect(open.judge(try target("9.9.9.9:443")) == .allowed)
    }
}
