import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("WebSocket limits")
struct WebSocketLimitTests {
    @Test("are seen in the header, before the payload comes")
    func limitsInTheHeader() {
        let tooLong: [[UInt8]] = [
            [0x81, 0xFF, 0, 0, 0, 0, 0, 2, 0, 1, 1, 2, 3, 4],
            [0x82, 0xFF, 0, 0, 0, 0, 0, 1, 2, 1, 1, 2, 3, 4],
            [0x82, 0xFF, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1, 2, 3, 4],
        ]
        for header in tooLong {
            let error = WebSocketWire.read(header).error
            #expect(error?.closeCode == .messageTooBig)
            #expect(error?.tunnelError?.code == .messageTooBig)
        }
        #expect(WebSocketWire.read([0x81, 0xFF, 0, 0, 0, 0, 0, 2, 0, 0, 1, 2, 3, 4]).error == nil)
        #expect(WebSocketWire.read([0x82, 0xFF, 0, 0, 0, 0, 0, 1, 2, 0, 1, 2, 3, 4]).error == nil)
    }

    @Test("hold for the sum of the fragments")
    func sumOfFragments() {
        let half = Array(repeating: UInt8(ascii: "a"), count: 65_536)
        let legal = WebSocketWire.frame(1, half, fin: false) + WebSocketWire.frame(0, half)
        #expect(WebSocketWire.read(legal).messages.count == 1)
        let excess = WebSocketWire.frame(1, half, fin: false) + WebSocketWire.frame(0, half + [65])
        #expect(WebSocketWire.read(excess).error?.tunnelError?.code == .messageTooBig)
    }

    @Test("end a message of more than 1,024 fragments as bad_frame")
    func fragmentCount() {
        let first = WebSocketWire.frame(2, [1], fin: false)
        let middle = Array(repeating: WebSocketWire.frame(0, [], fin: false), count: 1_022).flatMap { $0 }
        #expect(WebSocketWire.read(first + middle + WebSocketWire.frame(0)).messages == [WebSocketWire.binary([1])])
        let excess = first + middle + WebSocketWire.frame(0, fin: false) + WebSocketWire.frame(0)
        #expect(WebSocketWire.read(excess).error?.tunnelError?.code == .badFrame)
        #expect(WebSocketWire.read(excess).error?.closeCode == .protocolError)
    }

    @Test("refuse a kind of message that is not agreed as bad_frame, whatever its bytes and length")
    func kindNotAgreed() {
        let binaryOnly = WebSocketLimits(text: false, binaryPayload: 16_384)
        for wire in [WebSocketWire.frame(1, [0xFF]), [0x81, 0xFF, 0x7F, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4]] {
            #expect(WebSocketWire.read(wire, limits: binaryOnly).error?.tunnelError?.code == .badFrame)
        }
        let textOnly = WebSocketLimits(text: true, binaryPayload: nil)
        #expect(WebSocketWire.read(WebSocketWire.frame(2), limits: textOnly).error?.tunnelError?.code == .badFrame)
    }

    @Test("can change while the connection lives")
    func changeable() throws {
        var assembler = WebSocketMessageAssembler(role: .client, limits: WebSocketLimits(text: 10, binary: 0))
        assembler.append(
            ByteBuffer(bytes: WebSocketWire.frame(1, [65], mask: nil) + WebSocketWire.frame(2, [1], mask: nil)))
        #expect(try assembler.next() == WebSocketWire.text("A"))
        assembler.limits = WebSocketLimits(text: nil, binary: 1)
        #expect(try assembler.next() == WebSocketWire.binary([1]))
    }

    @Test("bound what is held, also for small frames cut out of large reads")
    func heldMemory() throws {
        var decoder = WebSocketFrameDecoder(role: .gateway, limits: WebSocketWire.limits)
        let frame = WebSocketWire.frame(2, [1])
        decoder.append(ByteBuffer(bytes: Array(repeating: frame, count: 8_192).flatMap { $0 }))
        while let frame = try decoder.next() { #expect(frame.payload.storageCapacity <= 64) }
        decoder.append(ByteBuffer(bytes: WebSocketWire.frame(2, Array(repeating: 1, count: 66_048)).dropLast()))
        #expect(try decoder.next() == nil)
        #expect(decoder.bufferedBytes < 66_048)
    }

    @Test("finds the peer's close frame behind a message that was refused, however the bytes are cut", arguments: 1...9)
    func closeBehindRefusal(piece: Int) {
        let big = WebSocketWire.frame(2, [UInt8](repeating: 0x88, count: 66_049))
        let wire = big + WebSocketWire.frame(1, [0x88, 0x80]) + WebSocketWire.frame(8, [3, 0xE8])
        var decoder = WebSocketFrameDecoder(role: .gateway, limits: WebSocketWire.limits)
        decoder.append(ByteBuffer(bytes: wire[..<20]))
        #expect(throws: WebSocketError.self) { try decoder.next() }
        #expect(finds(&decoder) == false)
        var rest = wire[20...]
        while rest.count > 4 {
            decoder.append(ByteBuffer(bytes: rest.prefix(min(piece * 7, rest.count - 4))))
            rest = rest.dropFirst(min(piece * 7, rest.count - 4))
            if rest.count > 8 { #expect(finds(&decoder) == false) }
        }
        decoder.append(ByteBuffer(bytes: rest))
        #expect(finds(&decoder))
        #expect(decoder.bufferedBytes == 0)
    }

    @Test("looks for no close frame behind broken framing")
    func closeBehindBrokenFraming() {
        var decoder = WebSocketFrameDecoder(role: .gateway, limits: WebSocketWire.limits)
        decoder.append(ByteBuffer(bytes: WebSocketWire.frame(3) + WebSocketWire.frame(8, [3, 0xE8])))
        #expect(throws: WebSocketError.self) { try decoder.next() }
        #expect(finds(&decoder) == false)
    }

    private func finds(_ decoder: inout WebSocketFrameDecoder) -> Bool { decoder.skipToClose() }
}
