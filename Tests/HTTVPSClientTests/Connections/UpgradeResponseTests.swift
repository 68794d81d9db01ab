import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("The answer to an upgrade")
struct UpgradeResponseTests {
    @Test("is read from any pieces and leaves what follows")
    func pieces() throws {
        let text = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nX: a:b\r\n\r\n"
        var buffer = ByteBuffer()
        for byte in text.utf8.dropLast() {
            buffer.writeInteger(byte)
            #expect(try UpgradeResponse.read(from: &buffer) == nil)
        }
        buffer.writeString("\nrest")
        let response = try UpgradeResponse.read(from: &buffer)
        #expect(response?.status == 101)
        #expect(response?.headers.last == UpgradeResponse.Header(name: "X", value: " a:b"))
        #expect(String(buffer: buffer) == "rest")
    }

    @Test("that is no HTTP/1.1 or too long is malformed")
    func malformed() {
        for text in ["SSH-2.0\r\n\r\n", "HTTP/1.1 abc\r\n\r\n", String(repeating: "a", count: 20_000)] {
            var buffer = ByteBuffer(string: text)
            #expect(throws: UpgradeResponse.Malformed.self) { try UpgradeResponse.read(from: &buffer) }
        }
    }
}
