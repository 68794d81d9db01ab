import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("WebSocket text")
struct WebSocketTextTests {
    static let illFormed: [[UInt8]] = [
        [0x80], [0xC0, 0x80], [0xC1, 0xBF], [0xE0, 0x80, 0x80], [0xED, 0xA0, 0x80], [0xED, 0xBF, 0xBF],
        [0xF0, 0x8F, 0xBF, 0xBF], [0xF4, 0x90, 0x80, 0x80], [0xF5, 0x80, 0x80, 0x80], [0xFE], [0xFF], [0xC3],
        [0xE2, 0x82], [0xF0, 0x9F, 0x98], [0xC3, 0x28], Array("0123456789abcdef".utf8) + [0xFF],
    ]

    @Test("that is not UTF-8 ends with 1007, in one frame or in several", arguments: illFormed)
    func illFormedText(bytes: [UInt8]) {
        #expect(WebSocketWire.read(WebSocketWire.frame(1, bytes)).error?.closeCode == .illFormedText)
        #expect(WebSocketWire.read(WebSocketWire.frame(1, bytes)).error?.tunnelError == nil)
        let split = WebSocketWire.frame(1, [bytes[0]], fin: false) + WebSocketWire.frame(0, Array(bytes.dropFirst()))
        #expect(WebSocketWire.read(split).error?.closeCode == .illFormedText)
    }

    @Test("may be cut within a character", arguments: ["κόσμε", "\u{10FFFF}\u{D7FF}\u{E000}", "a€😀\u{0}"])
    func cutWithinCharacters(text: String) {
        let bytes = Array(text.utf8)
        for cut in 0...bytes.count {
            let wire =
                WebSocketWire.frame(1, Array(bytes[..<cut]), fin: false) + WebSocketWire.frame(0, Array(bytes[cut...]))
            #expect(WebSocketWire.read(wire).messages == [WebSocketWire.text(text)])
        }
    }

    @Test("agrees with the standard library on random bytes")
    func randomBytes() {
        var generator = SystemRandomNumberGenerator()
        let interesting: [UInt8] = [0x00, 0x7F, 0x80, 0xA0, 0xBF, 0xC2, 0xE0, 0xED, 0xEF, 0xF0, 0xF4, 0x8F, 0x90]
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
                interesting.randomElement(using: &generator) ?? 0
            }
            var validator = UTF8Validator()
            let accepted = validator.accept(ByteBuffer(bytes: bytes)) && validator.isComplete
            #expect(accepted == (String(validating: bytes, as: UTF8.self) != nil))
        }
    }
}
