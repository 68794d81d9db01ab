import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("SOCKS5")
struct SocksNegotiationTests {
    static let request: [UInt8] = [5, 1, 0, 3, 9] + Array("echo.test".utf8) + [0, 80]

    @Test("is understood in any pieces, and data behind the request is kept")
    func pieces() throws {
        let target = try #require(TargetAddress("echo.test:80"))
        for size in 1...18 {
            var negotiation = SocksNegotiation()
            var buffer = ByteBuffer()
            var steps: [NegotiationStep] = []
            for byte in [5, 1, 0] + Self.request + [7, 8] {
                buffer.writeInteger(byte)
                guard buffer.readableBytes >= size else { continue }
                repeat { steps.append(negotiation.receive(&buffer)) } while steps.last != .wait
            }
            steps.append(negotiation.receive(&buffer))
            let answers = steps.filter { $0 != .wait }
            #expect(answers == [.reply(ByteBuffer(bytes: [5, 0])), .open(target, preface: ByteBuffer())])
            #expect(Array(buffer: buffer) == [7, 8])
        }
    }

    static let refused: [(String, [UInt8], [UInt8])] = [
        ("another version", [4, 1, 0], []),
        ("no method without a password", [5, 1, 2], [5, 0xFF]),
        ("BIND", [5, 1, 0, 5, 2, 0, 1, 1, 2, 3, 4, 0, 80], [5, 7, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("an unknown address kind", [5, 1, 0, 5, 1, 0, 2, 1], [5, 8, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("port 0", [5, 1, 0, 5, 1, 0, 1, 1, 2, 3, 4, 0, 0], [5, 4, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("an empty name", [5, 1, 0, 5, 1, 0, 3, 0, 0, 80], [5, 4, 0, 1, 0, 0, 0, 0, 0, 0]),
        ("a reserved byte", [5, 1, 0, 5, 1, 9, 1, 1, 2, 3, 4, 0, 80], [5, 1, 0, 1, 0, 0, 0, 0, 0, 0]),
    ]

    @Test("refuses with the code that fits", arguments: refused)
    func refusals(name: String, bytes: [UInt8], answer: [UInt8]) {
        var negotiation = SocksNegotiation()
        var buffer = ByteBuffer(bytes: bytes)
        var step = negotiation.receive(&buffer)
        if case .reply = step { step = negotiation.receive(&buffer) }
        #expect(step == .refuse(ByteBuffer(bytes: answer)), "\(name)")
    }

    @Test("asks for an association, also from nowhere in particular", arguments: [0, 80] as [UInt8])
    func associates(port: UInt8) throws {
        var negotiation = SocksNegotiation()
        var buffer = ByteBuffer(bytes: [5, 1, 0, 5, 3, 0, 1, 0, 0, 0, 0, 0, port])
        _ = negotiation.receive(&buffer)
        #expect(negotiation.receive(&buffer) == .associate)
        let answer = SocksNegotiation.associated(at: try SocketAddress(ipAddress: "127.0.0.1", port: 258))
        #expect(answer == ByteBuffer(bytes: [5, 0, 0, 1, 127, 0, 0, 1, 1, 2]))
    }

    @Test("reads a numeric name as the address it is")
    func numericName() throws {
        var negotiation = SocksNegotiation()
        var buffer = ByteBuffer(bytes: [5, 1, 0, 5, 1, 0, 3, 9] + Array("127.0.0.1".utf8) + [0, 80])
        _ = negotiation.receive(&buffer)
        let target = try #require(TargetAddress(host: .ipv4(0x7F00_0001), port: 80))
        #expect(negotiation.receive(&buffer) == .open(target, preface: ByteBuffer()))
    }

    @Test("answers the gateway's reasons with their own codes")
    func codes() {
        let negotiation = SocksNegotiation()
        let codes: [(StreamCloseReason, UInt8)] = [
            (.deniedByPolicy, 2), (.egressUnavailable, 4), (.badTarget, 4), (.egressReset, 5), (.idleTimeout, 6),
            (.internal, 1), (.streamLimit, 1),
        ]
        for (reason, code) in codes {
            #expect(negotiation.failure(ProxyFailure(reason)).getInteger(at: 1, as: UInt8.self) == code)
        }
    }
}
