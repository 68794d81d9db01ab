import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Frame limits")
struct FrameLimitTests {
    private static func binary(_ id: String, _ count: Int) -> ByteBuffer {
        var message = hex(id)
        message.writeRepeatingByte(7, count: count)
        return message
    }

    private static func code(_ encoding: FrameEncoding, _ message: ByteBuffer, maxPayload: Int) -> TunnelError.Code? {
        do throws(TunnelError) {
            _ = try encoding.decode(message, maxPayload: maxPayload)
            return nil
        } catch {
            return error.code
        }
    }

    @Test("let max_payload bytes of binary data pass and not one more", arguments: [16_384, 65_536, 1_048_576])
    func binaryData(maxPayload: Int) {
        for header in ["0307", "0107 01 01020304 0050", "0907 01 01020304 0050"] {
            #expect(Self.code(.binary, Self.binary(header, maxPayload), maxPayload: maxPayload) == nil)
            #expect(Self.code(.binary, Self.binary(header, maxPayload + 1), maxPayload: maxPayload) == .messageTooBig)
        }
    }

    @Test("let binary messages of max_payload + 512 bytes pass and not one more")
    func binaryMessages() {
        #expect(Self.code(.binary, Self.binary("0a", 16_384 + 511), maxPayload: 16_384) == nil)
        #expect(Self.code(.binary, Self.binary("0a", 16_384 + 512), maxPayload: 16_384) == .messageTooBig)
        #expect(Self.code(.binary, Self.binary("40", 16_384 + 512), maxPayload: 16_384) == .messageTooBig)
        #expect(Self.code(.binary, Self.binary("00", 16_384 + 512), maxPayload: 16_384) == .messageTooBig)
    }

    @Test("let max_payload decoded bytes of JSON data pass and not one more", arguments: [16_384, 65_536])
    func jsonData(maxPayload: Int) {
        for count in [maxPayload, maxPayload + 1] {
            let data = ByteBuffer(repeating: 7, count: count)
            for frame in [
                Frame.streamData(.name("a"), data), .streamOpen(.name("a"), target: TargetAddress("a:1"), data: data),
                .datagram(.name("a"), target: TargetAddress("a:1"), data: data),
            ] {
                var message = ByteBuffer()
                JSONFrameCodec.encode(frame, into: &message)
                #expect(
                    Self.code(.json, message, maxPayload: maxPayload) == (count > maxPayload ? .messageTooBig : nil))
            }
        }
    }

    @Test("let text messages of 131,072 bytes pass and not one more")
    func textMessages() {
        let frame = "{\"type\":\"ping\"}"
        let padding = String(repeating: " ", count: 131_072 - frame.utf8.count)
        #expect(Self.code(.json, .text(frame + padding), maxPayload: 16_384) == nil)
        #expect(Self.code(.json, .text(frame + padding + " "), maxPayload: 16_384) == .messageTooBig)
    }
}
