import HTTVPSClient
import HTTVPSProtocol
import NIOCore

struct NegotiationTarget: FuzzTarget {
    private struct Outcome: Equatable {
        var steps: [NegotiationStep] = []
        var rest: Int
    }

    enum Kind: String {
        case socks = "SOCKS5"
        case http = "HTTP CONNECT"
    }

    let kind: Kind
    let share = 2

    var name: String { kind.rawValue }

    func sample(_ random: inout Seeded) throws -> [UInt8] {
        let address = FrameSample.address(&random)
        guard kind == .socks else {
            let target = address?.description ?? "a.test:80"
            let line = random.below(2) == 0 ? "CONNECT \(target)" : "GET http://\(target)/\(random.name(9))?x"
            return Array("\(line) HTTP/1.1\r\nHost: \(target)\r\n\(random.name(9)): \(random.text(4))\r\n\r\nrest".utf8)
        }
        var bytes = ByteBuffer(bytes: [5, 1, 0, 5, UInt8(1 + random.below(3)), 0])
        if let address { bytes.writeSocksAddress(address) }
        return Array(bytes.readableBytesView) + random.bytes(random.count(9))
    }

    func check(_ input: [UInt8], _ random: inout Seeded) throws(FuzzFinding) -> FuzzVerdict {
        let whole = try outcome(of: input, pieces: input.count + 1)
        let split = try outcome(of: input, pieces: 1 + random.count(20))
        guard whole == split else { throw FuzzFinding("the split of the bytes changes what is read") }
        return whole.steps.contains { if case .open = $0 { true } else { false } } ? .accepted : .refused
    }

    private func outcome(of input: [UInt8], pieces: Int) throws(FuzzFinding) -> Outcome {
        var negotiation: any ProxyNegotiation = kind == .socks ? SocksNegotiation() : HTTPProxyNegotiation()
        var outcome = Outcome(rest: 0)
        var bytes = ByteBuffer()
        for start in stride(from: 0, to: input.count, by: pieces) {
            bytes.writeBytes(input[start..<min(start + pieces, input.count)])
            while case let step = negotiation.receive(&bytes), step != .wait {
                outcome.steps.append(step)
                guard outcome.steps.count < 8 else { throw FuzzFinding("the negotiation never ends") }
            }
        }
        outcome.rest = bytes.readableBytes
        return outcome
    }
}
