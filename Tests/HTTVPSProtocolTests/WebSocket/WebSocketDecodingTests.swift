import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("WebSocket decoding")
struct WebSocketDecodingTests {
    @Test("reads the examples of RFC 6455, section 5.7")
    func rfcExamples() {
        let unmasked: [UInt8] = [0x81, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
        #expect(WebSocketWire.read(unmasked, role: .client).messages == [WebSocketWire.text("Hello")])
        let masked: [UInt8] = [0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(WebSocketWire.read(masked).messages == [WebSocketWire.text("Hello")])
        let fragmented: [UInt8] = [0x01, 0x03, 0x48, 0x65, 0x6C, 0x80, 0x02, 0x6C, 0x6F]
        #expect(WebSocketWire.read(fragmented, role: .client).messages == [WebSocketWire.text("Hello")])
        let ping: [UInt8] = [0x89, 0x05, 0x48, 0x65, 0x6C, 0x6C, 0x6F]
        #expect(WebSocketWire.read(ping, role: .client).messages == [.ping(ByteBuffer(string: "Hello"))])
        let medium: [UInt8] = [0x82, 0x7E, 0x01, 0x00] + Array(repeating: 7, count: 256)
        #expect(
            WebSocketWire.read(medium, role: .client).messages
                == [WebSocketWire.binary(Array(repeating: 7, count: 256))])
        let long: [UInt8] = [0x82, 0x7F, 0, 0, 0, 0, 0, 1, 0, 0] + Array(repeating: 7, count: 65_536)
        #expect(
            WebSocketWire.read(long, role: .client).messages
                == [WebSocketWire.binary(Array(repeating: 7, count: 65_536))])
    }

    @Test("takes payloads of every length class", arguments: [0, 1, 125, 126, 127, 128, 65_535, 65_536, 66_048])
    func lengths(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        #expect(WebSocketWire.read(WebSocketWire.frame(2, payload)).messages == [WebSocketWire.binary(payload)])
    }

    static let broken: [(String, [UInt8])] = [
        ("first reserved bit", WebSocketWire.frame(1, [65], reserved: 0x40)),
        ("second reserved bit", WebSocketWire.frame(2, [65], reserved: 0x20)),
        ("third reserved bit on a ping", WebSocketWire.frame(9, [], reserved: 0x10)),
        ("opcode 3", WebSocketWire.frame(3)),
        ("opcode 7", WebSocketWire.frame(7, [1])),
        ("opcode 11", WebSocketWire.frame(11)),
        ("opcode 15", WebSocketWire.frame(15, [1])),
        ("unmasked client frame", WebSocketWire.frame(1, [65], mask: nil)),
        ("fragmented ping", WebSocketWire.frame(9, [1], fin: false)),
        ("fragmented close", WebSocketWire.frame(8, [], fin: false)),
        ("ping of 126 bytes", WebSocketWire.frame(9, Array(repeating: 0, count: 126))),
        ("a short length in two bytes", WebSocketWire.frame(1, [0x61], width: 2)),
        ("a length of 125 in two bytes", WebSocketWire.frame(2, [UInt8](repeating: 0, count: 125), width: 2)),
        ("a length of 126 in eight bytes", WebSocketWire.frame(2, [UInt8](repeating: 0, count: 126), width: 8)),
        ("length beyond 63 bits", [0x82, 0xFF, 0x80, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
        ("continuation of nothing", WebSocketWire.frame(0, [1])),
        ("continuation behind a whole message", WebSocketWire.frame(2, [1]) + WebSocketWire.frame(0, [1])),
        ("text within a message", WebSocketWire.frame(1, [65], fin: false) + WebSocketWire.frame(1, [65])),
        ("binary within a message", WebSocketWire.frame(1, [65], fin: false) + WebSocketWire.frame(2, [65])),
        ("close of one byte", WebSocketWire.frame(8, [3])),
    ]

    @Test("ends broken framing with 1002 and without an error frame", arguments: broken)
    func brokenFraming(name: String, wire: [UInt8]) {
        for pieces in [[], Array(repeating: 1, count: wire.count)] {
            let result = WebSocketWire.read(wire, pieces: pieces)
            #expect(result.error?.closeCode == .protocolError, "\(name)")
            #expect(result.error?.tunnelError == nil, "\(name)")
        }
    }

    @Test("refuses masked frames from a server")
    func maskedServerFrame() {
        #expect(WebSocketWire.read(WebSocketWire.frame(1, [65]), role: .client).error?.closeCode == .protocolError)
    }

    @Test("takes exactly the close codes that may be sent")
    func closeCodes() {
        for code in UInt16(0)...5_100 {
            let allowed = (1000...1003).contains(code) || (1007...1014).contains(code) || (3000...4999).contains(code)
            let wire = WebSocketWire.frame(8, [UInt8(code >> 8), UInt8(code & 255), 0x6F, 0x6B])
            let result = WebSocketWire.read(wire)
            if allowed {
                #expect(result.messages == [.close(WebSocketClose(code: .init(rawValue: code), reason: "ok"))])
            } else {
                #expect(result.error?.closeCode == .protocolError)
            }
        }
    }

    @Test("reads an empty close, refuses an ill-formed reason, and hears nothing behind a close")
    func closes() {
        #expect(WebSocketWire.read(WebSocketWire.frame(8)).messages == [.close(WebSocketClose(code: nil))])
        #expect(WebSocketWire.read(WebSocketWire.frame(8, [3, 0xE8, 0xC3])).error?.closeCode == .illFormedText)
        let behind = WebSocketWire.read(WebSocketWire.frame(8) + WebSocketWire.frame(15))
        #expect(behind.messages == [.close(WebSocketClose(code: nil))])
        #expect(behind.error == nil)
    }

    @Test("delivers control frames between fragments at once")
    func controlBetweenFragments() {
        let wire =
            WebSocketWire.frame(1, Array("He".utf8), fin: false) + WebSocketWire.frame(9, [1])
            + WebSocketWire.frame(0, Array("l".utf8), fin: false) + WebSocketWire.frame(10, [2])
            + WebSocketWire.frame(0, Array("lo".utf8))
        #expect(
            WebSocketWire.read(wire).messages == [
                .ping(ByteBuffer(bytes: [1])), .pong(ByteBuffer(bytes: [2])), WebSocketWire.text("Hello"),
            ])
    }

    @Test("hands out what came before a fault, then the fault")
    func messagesBeforeAFault() {
        let result = WebSocketWire.read(WebSocketWire.frame(2, [1, 2]) + WebSocketWire.frame(3))
        #expect(result.messages == [WebSocketWire.binary([1, 2])])
        #expect(result.error?.closeCode == .protocolError)
    }
}
