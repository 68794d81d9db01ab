import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("What applications and sites say, in any pieces")
struct NegotiationSplitTests {
    private struct Dice: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }

    private static let seeds: [[UInt8]] = [
        [5, 1, 0, 5, 1, 0, 1, 127, 0, 0, 1, 0, 80, 9, 9], [5, 2, 0, 2, 1, 1, 97, 1, 98, 5, 1, 0, 3, 1, 120, 1, 187],
        [5, 1, 0, 5, 1, 0, 4] + Array(repeating: 0, count: 18), [4, 1, 0, 80, 127, 0, 0, 1, 0],
        Array("CONNECT a.test:443 HTTP/1.1\r\nHost: a.test\r\nProxy-Authorization: Basic YTpi\r\n\r\nrest".utf8),
        Array("GET http://a.test:81/x?y HTTP/1.1\r\nHost: a.test\r\nConnection: keep-alive\r\n\r\n".utf8),
        Array("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX: y\r\n\r\nrest".utf8),
    ]

    private static func inputs(_ count: Int) -> [[UInt8]] {
        var dice = Dice(state: 0x9E37_79B9_7F4A_7C15)
        return (0..<count).map { number in
            var input = seeds[number % seeds.count]
            for _ in 0..<Int.random(in: 0...4, using: &dice) {
                let place = Int.random(in: 0..<input.count, using: &dice)
                switch Int.random(in: 0...3, using: &dice) {
                case 0: input[place] = UInt8.random(in: 0...255, using: &dice)
                case 1 where input.count > 1: input.remove(at: place)
                case 2: input.insert(UInt8.random(in: 0...255, using: &dice), at: place)
                default: input.append(contentsOf: input[..<place])
                }
            }
            return input
        }
    }

    private static func steps(
        _ negotiation: any ProxyNegotiation, _ input: [UInt8], _ size: Int
    ) -> (steps: [NegotiationStep], rest: Int) {
        var negotiation = negotiation
        var bytes = ByteBuffer()
        var steps: [NegotiationStep] = []
        for start in stride(from: 0, to: input.count, by: size) {
            bytes.writeBytes(input[start..<min(start + size, input.count)])
            while true {
                let step = negotiation.receive(&bytes)
                if step == .wait { break }
                steps.append(step)
            }
        }
        return (steps, bytes.readableBytes)
    }

    @Test("is read alike", arguments: [LocalProxy.Kind.socks5, .http], [true, false])
    func proxies(_ kind: LocalProxy.Kind, _ wantsPassword: Bool) throws {
        let credentials = wantsPassword ? try LocalProxyCredentials(user: "a", password: "b") : nil
        var opened = 0
        for input in Self.inputs(1_600) {
            let whole = Self.steps(kind.negotiation(credentials), input, input.count)
            let pieces = Self.steps(kind.negotiation(credentials), input, 1 + input.count % 5)
            #expect(whole.steps == pieces.steps && whole.rest == pieces.rest, "\(input)")
            if case .open = whole.steps.last { opened += 1 }
        }
        #expect(opened > 50)
    }

    @Test("is read alike: a site's answer")
    func answers() throws {
        var read = 0
        for input in Self.inputs(1_600) {
            var whole = ByteBuffer(bytes: input)
            let all = Result { try UpgradeResponse.read(from: &whole) }
            var bytes = ByteBuffer()
            var piecewise: UpgradeResponse?
            var isMalformed = false
            for byte in input {
                bytes.writeInteger(byte)
                guard piecewise == nil, !isMalformed else { continue }
                do { piecewise = try UpgradeResponse.read(from: &bytes) } catch { isMalformed = true }
            }
            switch all {
            case .success(let response):
                #expect(response == piecewise && !isMalformed, "\(input)")
                #expect(whole.readableBytes == bytes.readableBytes)
                if response != nil { read += 1 }
            case .failure: #expect(isMalformed, "\(input)")
            }
        }
        #expect(read > 50)
    }
}
