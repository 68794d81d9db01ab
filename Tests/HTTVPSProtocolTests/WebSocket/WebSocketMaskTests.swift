import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("WebSocket masking")
struct WebSocketMaskTests {
    @Test("is the bytewise exclusive or, whatever the length and the phase")
    func agreesWithTheNaiveMask() {
        var generator = SystemRandomNumberGenerator()
        for length in Array(0...100) + [1_000, 4_099] {
            for phase in 0...4 {
                let plain = (0..<length).map { _ in UInt8.random(in: 0...255, using: &generator) }
                let key = UInt32.random(in: 0...UInt32.max, using: &generator)
                var appended = ByteBuffer(bytes: [9])
                WebSocketMask(bytes: key).append(ByteBuffer(bytes: plain), to: &appended, phase: phase)
                #expect(Array(buffer: appended) == [9] + WebSocketWire.naive(plain, key, phase: phase))
                var buffer = ByteBuffer(bytes: [9] + plain + [7])
                buffer.moveReaderIndex(forwardBy: 1)
                WebSocketMask(bytes: key).apply(to: &buffer, at: buffer.readerIndex, length: length)
                #expect(Array(buffer: buffer) == WebSocketWire.naive(plain, key) + [7])
            }
        }
    }

    @Test("leaves a shared buffer's other holders alone")
    func keepsValueSemantics() {
        let original = ByteBuffer(repeating: 1, count: 40)
        var masked = original
        WebSocketMask(bytes: 0xFFFF_FFFF).apply(to: &masked, at: 0, length: 40)
        #expect(original == ByteBuffer(repeating: 1, count: 40))
        #expect(masked == ByteBuffer(repeating: 0xFE, count: 40))
    }
}
