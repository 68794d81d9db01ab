import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("WebSocket encoding")
struct WebSocketEncodingTests {
    @Test("is read back by the other side, in place or not", arguments: [0, 1, 125, 126, 65_535, 65_536, 66_000])
    func readBack(count: Int) {
        let payload = (0..<count).map { UInt8(truncatingIfNeeded: $0) }
        for role in [TunnelRole.client, .gateway] {
            var encoder = WebSocketFrameEncoder(role: role)
            var inPlace = WebSocketFrameEncoder.withHeadroom(ByteBuffer(bytes: payload))
            encoder.encode(.binary, inPlace: &inPlace)
            let wire = Array(buffer: inPlace) + Array(buffer: encoder.encode(.binary, ByteBuffer(bytes: payload)))
            let result = WebSocketWire.read(wire, role: role.peer)
            #expect(result.messages == [WebSocketWire.binary(payload), WebSocketWire.binary(payload)])
        }
    }

    @Test("writes the header into the head-room without moving the payload")
    func headroom() {
        var encoder = WebSocketFrameEncoder(role: .gateway)
        var frame = WebSocketFrameEncoder.withHeadroom(ByteBuffer(repeating: 3, count: 200))
        encoder.encode(.binary, inPlace: &frame)
        #expect(frame.readerIndex == WebSocketFrameEncoder.headroom - 4)
        #expect(Array(buffer: frame) == [0x82, 126, 0, 200] + Array(repeating: 3, count: 200))
    }

    @Test("puts several frames into one buffer, small and large")
    func severalFrames() {
        for role in [TunnelRole.client, .gateway] {
            var encoder = WebSocketFrameEncoder(role: role)
            var out = ByteBuffer()
            for count in [0, 5, 125, 126, 70_000] {
                encoder.append(.binary, to: &out) { $0.writeRepeatingByte(9, count: count) }
            }
            encoder.append(.ping, to: &out) { $0.writeString("p") }
            let limits = WebSocketLimits(text: true, binaryPayload: 70_000)
            let messages = WebSocketWire.read(Array(buffer: out), role: role.peer, limits: limits).messages
            let expected = [0, 5, 125, 126, 70_000].map { WebSocketWire.binary(Array(repeating: 9, count: $0)) }
            #expect(messages == expected + [.ping(ByteBuffer(string: "p"))])
        }
    }

    @Test("joins a prefix and a payload into one frame", arguments: [0, 1, 2, 3, 4, 5])
    func prefixed(length: Int) {
        let payload = (0..<70_000).map { UInt8(truncatingIfNeeded: $0) }
        for role in [TunnelRole.client, .gateway] {
            var encoder = WebSocketFrameEncoder(role: role)
            var out = ByteBuffer()
            let prefix = Array(repeating: UInt8(7), count: length)
            encoder.append(.binary, prefix: ByteBuffer(bytes: prefix), payload: ByteBuffer(bytes: payload), to: &out)
            let limits = WebSocketLimits(text: true, binaryPayload: 70_000)
            let messages = WebSocketWire.read(Array(buffer: out), role: role.peer, limits: limits).messages
            #expect(messages == [WebSocketWire.binary(prefix + payload)])
        }
    }

    @Test("uses a new mask for each client frame")
    func freshMasks() {
        var encoder = WebSocketFrameEncoder(role: .client)
        let frames = (0..<8).map { _ in Array(buffer: encoder.encode(.binary, ByteBuffer(repeating: 0, count: 16))) }
        #expect(Set(frames).count == 8)
    }

    @Test("cuts a close reason to what a control frame can hold, at a character")
    func closeReason() throws {
        var encoder = WebSocketFrameEncoder(role: .gateway)
        let frame = encoder.encode(WebSocketClose(code: .policyViolation, reason: String(repeating: "ü", count: 80)))
        let result = WebSocketWire.read(Array(buffer: frame), role: .client)
        let expected = WebSocketClose(code: .policyViolation, reason: String(repeating: "ü", count: 61))
        #expect(result.messages == [.close(expected)])
    }
}
