import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Frames on the wire")
struct FrameRoundTripTests {
    @Test("are read as they were written", arguments: [FrameEncoding.binary, .json])
    func roundTrip(encoding: FrameEncoding) throws {
        var random = Seeded(1)
        for _ in 0..<3_000 {
            let frame = random.frame(encoding)
            var out = ByteBuffer()
            encoding.encode(frame, into: &out)
            #expect(try encoding.decode(out, maxPayload: 16_384) == frame)
        }
    }

    @Test(
        "are the same wherever their bytes are cut", arguments: [FrameEncoding.binary, .json],
        [TunnelRole.client, .gateway])
    func splits(encoding: FrameEncoding, role: TunnelRole) throws {
        var random = Seeded(2)
        let frames = (0..<200).map { _ in random.frame(encoding) }
        var encoder = WebSocketFrameEncoder(role: role)
        var wire = ByteBuffer()
        for frame in frames {
            encoder.append(encoding == .binary ? .binary : .text, to: &wire) { encoding.encode(frame, into: &$0) }
        }
        for ceiling in [2, 40, 3_000, 100_000] {
            var assembler = WebSocketMessageAssembler(
                role: role.peer, limits: WebSocketLimits(text: true, binaryPayload: 16_384))
            var rest = wire
            var read: [Frame?] = []
            while rest.readableBytes > 0 {
                let count = min(1 + random.below(ceiling), rest.readableBytes)
                assembler.append(rest.readSlice(length: count) ?? ByteBuffer())
                while let message = try assembler.next() {
                    switch (message, encoding) {
                    case (.binary(let bytes), .binary), (.text(let bytes), .json):
                        read.append(try encoding.decode(bytes, maxPayload: 16_384))
                    default: Issue.record("a message of the wrong kind")
                    }
                }
            }
            #expect(read == frames)
        }
    }
}
