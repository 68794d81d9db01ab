import HTTVPSGateway
import NIOCore

struct UpgradeTarget: FuzzTarget {
    private struct Outcome: Equatable {
        var passed = ByteBuffer()
        var key: String?
    }

    let name = "HTTP upgrade"
    let share = 4

    func sample(_ random: inout Seeded) -> [UInt8] {
        let upgrade =
            "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
        let page = "GET /\(random.name(6)) HTTP/1.\(random.below(2))\r\nHost: \(random.name(5))\r\n\r\n"
        let post = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
        let chunked = "PUT / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n"
        let parts = [upgrade, page, post, chunked]
        return Array((0...random.count(3)).map { _ in parts[random.count(parts.count)] }.joined().utf8)
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        let whole = outcome(of: input, pieces: input.count + 1)
        let split = outcome(of: input, pieces: 1 + random.count(20))
        guard whole == split else { throw FuzzFinding("the split of the bytes changes what is passed on") }
        guard input.starts(with: whole.passed.readableBytesView) else { throw FuzzFinding("other bytes are passed on") }
        if whole.key != nil, input.dropFirst(whole.passed.readableBytes).first != 0x0A {
            throw FuzzFinding("an upgrade holds back more or less than its last byte")
        }
        return whole.key == nil ? .refused : .accepted
    }

    private func outcome(of input: [UInt8], pieces: Int) -> Outcome {
        var gate = UpgradeGate(path: "/ws")
        var outcome = Outcome()
        for start in stride(from: 0, to: input.count, by: pieces) {
            gate.receive(ByteBuffer(bytes: input[start..<min(start + pieces, input.count)]))
            while outcome.key == nil, let action = gate.next() {
                switch action {
                case .pass(let bytes, _): outcome.passed.writeImmutableBuffer(bytes)
                case .upgrade(_, let key): outcome.key = key
                }
            }
        }
        return outcome
    }
}
