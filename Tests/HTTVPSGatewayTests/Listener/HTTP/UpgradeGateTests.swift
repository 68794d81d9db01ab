import NIOCore
import Testing

@testable import HTTVPSGateway

struct UpgradeGateTests {
    struct Outcome: Equatable {
        var passed = ""
        var requests: [String] = []
        var key: String?
        var rest = ""
    }

    private static let upgrade =
        "GET /ws?x=1 HTTP/1.1\r\nHost: a\r\nConnection: keep-alive, Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    private static let start = String(decoding: upgrade.utf8.dropLast(), as: UTF8.self)
    private static let page = "GET /ws HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let chunked = "POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
    private static let post = "POST /y HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\n"

    static let streams: [(String, Outcome)] = [
        (upgrade + "frames", Outcome(passed: start, key: "dGhlIHNhbXBsZSBub25jZQ==", rest: "frames")),
        (
            page + upgrade + "frames",
            Outcome(passed: page + start, requests: ["/ws"], key: "dGhlIHNhbXBsZSBub25jZQ==", rest: "frames")
        ),
        (
            chunked + "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n" + post + "hello" + upgrade,
            Outcome(
                passed: chunked + "3\r\nabc\r\nA;x=y\r\n0123456789\r\n0\r\nT: v\r\n\r\n" + post + "hello" + start,
                requests: ["/x", "/y"], key: "dGhlIHNhbXBsZSBub25jZQ==")
        ),
        (post + "GET G" + page, Outcome(passed: post + "GET G" + page, requests: ["/y", "/ws"])),
        ("NONSENSE\r\n\r\n" + upgrade, Outcome(passed: "NONSENSE\r\n\r\n" + upgrade)),
        ("GET /ws HTTP/1.1\r\n bad\r\n\r\n" + upgrade, Outcome(passed: "GET /ws HTTP/1.1\r\n bad\r\n\r\n" + upgrade)),
        (
            upgrade.replacing("Host: a", with: "Content-Length: 3") + "abc",
            Outcome(passed: upgrade.replacing("Host: a", with: "Content-Length: 3") + "abc", requests: ["/ws?x=1"])
        ),
        (
            upgrade.replacing("/ws", with: "/wss") + upgrade,
            Outcome(
                passed: upgrade.replacing("/ws", with: "/wss") + start, requests: ["/wss?x=1"],
                key: "dGhlIHNhbXBsZSBub25jZQ==")
        ),
        (
            upgrade.replacing(": 13", with: ": 12") + page,
            Outcome(passed: upgrade.replacing(": 13", with: ": 12") + page, requests: ["/ws?x=1", "/ws"])
        ),
        (
            upgrade.replacing("Host: a\r\n", with: "Host: a\n") + page,
            Outcome(
                passed: upgrade.replacing("Host: a\r\n", with: "Host: a\n") + page, requests: ["/ws?x=1", "/ws"])
        ),
        (
            String(upgrade.dropLast()) + "\n" + page,
            Outcome(passed: String(upgrade.dropLast()) + "\n" + page, requests: ["/ws?x=1", "/ws"])
        ),
        ("GET /w", Outcome(passed: "GET /w")), (start, Outcome(passed: start)),
        ("GET /x", Outcome(passed: "GET /x")),
        ("get /ws", Outcome(passed: "get /ws")),
        ("GET /ws/", Outcome(passed: "GET /ws/")),
    ]

    private func run(_ parts: [ArraySlice<UInt8>]) -> Outcome {
        var gate = UpgradeGate(path: "/ws")
        var outcome = Outcome()
        for part in parts {
            gate.receive(ByteBuffer(bytes: part))
            guard outcome.key == nil else { continue }
            while let action = gate.next() {
                switch action {
                case .pass(let bytes, let request):
                    outcome.passed += String(buffer: bytes)
                    if let request { outcome.requests.append(request.target) }
                case .upgrade(_, let key): outcome.key = key
                }
                if outcome.key != nil { break }
            }
        }
        outcome.rest = String(buffer: gate.takeRest())
        return outcome
    }

    @Test("What passes, what is held and what upgrades is the same however the bytes are split", arguments: streams)
    func splits(text: String, expected: Outcome) {
        let bytes = Array(text.utf8)
        #expect(run([bytes[...]]) == expected)
        #expect(run(bytes.indices.map { bytes[$0...$0] }) == expected)
        for index in bytes.indices { #expect(run([bytes[..<index], bytes[index...]]) == expected) }
    }

    @Test("Every byte passes as it comes, but the last of a whole upgrade")
    func nothingHeldBack() {
        var gate = UpgradeGate(path: "/ws")
        for byte in Self.start.utf8 {
            gate.receive(ByteBuffer(bytes: [byte]))
            #expect(gate.next() == .pass(ByteBuffer(bytes: [byte]), request: nil))
        }
        gate.receive(ByteBuffer(string: "\n"))
        guard case .upgrade = gate.next() else {
            Issue.record("the upgrade is not seen")
            return
        }
    }

    @Test("An upgrade that is left to the site reaches it whole")
    func leftToSite() {
        var gate = UpgradeGate(path: "/ws")
        gate.receive(ByteBuffer(string: Self.upgrade))
        #expect(gate.next() == .pass(ByteBuffer(string: Self.start), request: nil))
        _ = gate.next()
        gate.receive(ByteBuffer(string: "more"))
        #expect(gate.next() == nil as UpgradeGate.Action?)
        gate.goBlind()
        #expect(gate.next() == .pass(ByteBuffer(string: "\nmore"), request: nil))
    }

    @Test("Without a path everything passes, and a gate that was blinded holds nothing back")
    func blind() {
        var gate = UpgradeGate(path: nil)
        gate.receive(ByteBuffer(string: Self.upgrade))
        #expect(gate.next() == .pass(ByteBuffer(string: Self.upgrade), request: nil))
        gate = UpgradeGate(path: "/ws")
        gate.goBlind()
        gate.receive(ByteBuffer(string: Self.upgrade))
        #expect(gate.next() == .pass(ByteBuffer(string: Self.upgrade), request: nil))
    }

    @Test("A head past 16 KiB is passed on, and nothing behind it upgrades")
    func longHead() {
        let text = "GET /ws HTTP/1.1\r\nX: " + String(repeating: "a", count: 20_000) + "\r\n\r\n" + Self.upgrade
        let outcome = run([Array(text.utf8)[...]])
        #expect(outcome == Outcome(passed: text))
    }
}
