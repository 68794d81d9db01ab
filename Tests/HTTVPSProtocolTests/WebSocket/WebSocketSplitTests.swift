import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("WebSocket byte splits")
struct WebSocketSplitTests {
    @Test("give the same messages wherever the bytes are cut")
    func anySplit() {
        var generator = SystemRandomNumberGenerator()
        let sizes = [0, 1, 20, 125, 126, 300, 70_000, 3, 65_536, 40_000, 2]
        let payloads = sizes.map { count in (0..<count).map { UInt8(truncatingIfNeeded: $0 &* 31) } }
        let limits = WebSocketLimits(text: true, binaryPayload: 80_000)
        let expected = payloads.map(WebSocketWire.binary)
        for role in [TunnelRole.gateway, .client] {
            let mask: UInt32? = role == .gateway ? 0x1234_5678 : nil
            let wire = payloads.flatMap { WebSocketWire.frame(2, $0, mask: mask) }
            for ceiling in [15, 100, 5_000, 65_536, 200_000] {
                var pieces: [Int] = []
                var covered = 0
                while covered < wire.count {
                    pieces.append(Int.random(in: 1...ceiling, using: &generator))
                    covered += pieces.last ?? 0
                }
                let result = WebSocketWire.read(wire, role: role, limits: limits, pieces: pieces)
                #expect(result.messages == expected)
                #expect(result.error == nil)
            }
        }
    }

    @Test("give the same messages byte by byte and with several chunks appended at once")
    func byteByByte() throws {
        let wire =
            WebSocketWire.frame(1, Array("Grüße".utf8)) + WebSocketWire.frame(9, [1, 2])
            + WebSocketWire.frame(2, Array(repeating: 5, count: 200))
        let whole = WebSocketWire.read(wire)
        #expect(WebSocketWire.read(wire, pieces: Array(repeating: 1, count: wire.count)).messages == whole.messages)
        var assembler = WebSocketMessageAssembler(role: .gateway, limits: WebSocketWire.limits)
        for byte in wire { assembler.append(ByteBuffer(bytes: [byte])) }
        var messages: [WebSocketMessage] = []
        while let message = try assembler.next() { messages.append(message) }
        #expect(messages == whole.messages)
    }

    @Test("of random junk never crash nor hold more than the limit")
    func junk() {
        var generator = SystemRandomNumberGenerator()
        for round in 0..<1_000 {
            var assembler = WebSocketMessageAssembler(
                role: round.isMultiple(of: 2) ? .gateway : .client, limits: WebSocketLimits(text: 500, binary: 900))
            for _ in 0..<20 {
                var junk = (0..<Int.random(in: 0...200, using: &generator)).map { _ in
                    UInt8.random(in: 0...255, using: &generator)
                }
                if let first = ([0x01, 0x02, 0x81, 0x82, 0x00, 0x80, 0x89] as [UInt8]).randomElement(using: &generator)
                {
                    junk.insert(first, at: 0)
                    junk.insert(round.isMultiple(of: 2) ? 0x85 : 0x05, at: 1)
                }
                assembler.append(ByteBuffer(bytes: junk))
                while let message = try? assembler.next() { _ = message }
                _ = assembler.skipToClose()
                #expect(assembler.bufferedBytes <= 900 + 14)
            }
        }
    }
}
