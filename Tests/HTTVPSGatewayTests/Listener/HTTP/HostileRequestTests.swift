import NIOCore
import Testing

@testable import HTTVPSGateway

struct HostileRequestTests {
    private static let seeds =
        UpgradeGateTests.streams.map(\.0) + [
            "PROXY TCP4 192.0.2.1 198.51.100.2 1024 443\r\n", "\r\n\r\n\u{0}\r\nQUIT\n!\u{11}\u{0}\u{c}",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\nT: t\r\n\r\n",
            "GET / HTTP/1.1\r\nHost: a\r\nRange: bytes=2-4\r\n\r\n",
        ]

    private func mutated(_ random: inout SplitMix) -> [UInt8] {
        var bytes = Array(Self.seeds[Int(random.next() % UInt64(Self.seeds.count))].utf8)
        for _ in 0..<(random.next() % 6) where !bytes.isEmpty {
            let index = Int(random.next() % UInt64(bytes.count))
            switch random.next() % 4 {
            case 0: bytes[index] = UInt8(truncatingIfNeeded: random.next())
            case 1: bytes.remove(at: index)
            case 2: bytes.insert([0x0D, 0x0A, 0x20, 0x3A, 0x30][Int(random.next() % 5)], at: index)
            default: bytes += bytes[index...]
            }
        }
        return bytes
    }

    @Test("Whatever is sent, the gate neither loses nor invents a byte, and no scanner fails")
    func conserved() async {
        var random = SplitMix(state: 4)
        for round in 0..<2_000 {
            if round % 50 == 0 { await Task.yield() }
            let bytes = mutated(&random)
            var gate = UpgradeGate(path: "/ws")
            var passed: [UInt8] = []
            var rest = bytes[...]
            var isUpgraded = false
            while !rest.isEmpty, !isUpgraded {
                let count = 1 + Int(random.next() % 40)
                gate.receive(ByteBuffer(bytes: rest.prefix(count)))
                rest = rest.dropFirst(count)
                while !isUpgraded, let action = gate.next() {
                    switch action {
                    case .pass(let part, _): passed += Array(buffer: part)
                    case .upgrade: isUpgraded = true
                    }
                }
            }
            #expect(bytes.starts(with: passed))
            if !isUpgraded { #expect(passed + Array(buffer: gate.takeRest()) == bytes) }
            scan(bytes)
        }
    }

    private func scan(_ bytes: [UInt8]) {
        var answers = ResponseScanner()
        for method in ["GET", "HEAD", "CONNECT"] { answers.expect(method) }
        var input = ByteBuffer(bytes: bytes)
        while let event = answers.next(&input) {
            if case .malformed = event { break }
            if case .tunnel = event { break }
        }
        input = ByteBuffer(bytes: bytes)
        _ = ProxyHeader.read(&input)
        _ = SitePath.parse(String(decoding: bytes, as: UTF8.self))
    }
}

private struct SplitMix {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var word = state
        word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }
}
