import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("Binary frames")
struct BinaryFrameTests {
    private static let target = TargetAddress("example.com:443")

    @Test(
        "have exactly the bytes of the protocol",
        arguments: [
            ("01 01 03 0b 6578616d706c652e636f6d 01bb", .streamOpen(.number(1), target: target, data: ByteBuffer())),
            (
                "01 4040 01 01020304 0050 474554",
                .streamOpen(.number(64), target: TargetAddress("1.2.3.4:80"), data: .text("GET"))
            ),
            ("02 00", .streamOpened(.number(0))),
            ("03 bfffffff 6869", .streamData(.number(1_073_741_823), .text("hi"))),
            ("03 07", .streamData(.number(7), ByteBuffer())), ("04 07", .streamFinish(.number(7))),
            ("05 07 00", .streamClose(.number(7), .normal, message: "")),
            ("05 07 0c 6e6f", .streamClose(.number(7), .unknownStream, message: "no")),
            ("06 07 4400 80040000", .streamWindow(.number(7), received: 1_024, limit: 262_144)),
            ("06 07 00 ffffffffffffffff", .streamWindow(.number(7), received: 0, limit: Varint.maximum)),
            ("07", .ping(ByteBuffer())), ("07 0102030405060708", .ping(hex("0102030405060708"))),
            ("08 ff", .pong(hex("ff"))),
            (
                "09 07 04 00000000000000000000000000000001 0035 71",
                .datagram(.number(7), target: TargetAddress("[::1]:53"), data: .text("q"))
            ),
            ("0a", .padding(0)), ("0a 000000", .padding(3)),
            ("0b 1e 647261696e696e67", .goaway(reason: "draining", graceSeconds: 30)),
            ("0b 00", .goaway(reason: "", graceSeconds: 0)),
            ("0c 09 6261645f6672616d65 6f6f7073", .error(code: "bad_frame", message: "oops", stream: nil)),
        ] as [(String, Frame)])
    func bytes(text: String, frame: Frame) throws {
        #expect(try BinaryFrameCodec.decode(hex(text), maxPayload: 16_384) == frame)
        var out = ByteBuffer()
        BinaryFrameCodec.encode(frame, into: &out)
        #expect(out == hex(text))
    }

    @Test(
        "are read in forms that no one here writes",
        arguments: [
            ("04 4007", .streamFinish(.number(7))), ("04 c000000000000007", .streamFinish(.number(7))),
            ("05 07 0d", .streamClose(.number(7), .internal, message: "")),
            ("05 07 ffffffffffffffff 78", .streamClose(.number(7), .internal, message: "x")),
            ("05 07 01 61ff62", .streamClose(.number(7), .egressUnavailable, message: "a\u{FFFD}b")),
            ("01 07 03 00 0050", .streamOpen(.number(7), target: nil, data: ByteBuffer())),
            ("01 07 01 01020304 0000 61", .streamOpen(.number(7), target: nil, data: .text("a"))),
            ("0a ffee", .padding(2)),
        ] as [(String, Frame)])
    func lenient(text: String, frame: Frame) throws {
        #expect(try BinaryFrameCodec.decode(hex(text), maxPayload: 16_384) == frame)
    }

    @Test("of extension types are ignored", arguments: [0x40, 0x41, 0x80, 0xFF] as [UInt8])
    func extensions(type: UInt8) throws {
        #expect(try BinaryFrameCodec.decode(ByteBuffer(bytes: [type, 1, 2]), maxPayload: 16_384) == nil)
    }

    @Test(
        "that break their row are bad_frame",
        arguments: [
            "", "00", "0d", "3f 00", "01", "01 07", "01 07 01 010203", "01 07 02 01020304 0050", "01 07 05 00 0050",
            "01 07 03 05 61 0050", "01 c000000040000000 01 01020304 0050", "02", "02 07 00", "02 40", "03",
            "03 c000000040000000 61", "03 ffffffffffffffff", "04 07 61", "05", "05 07", "05 07 40", "06 07 00",
            "06 07 00 40",
            "06 07 00 00 00", "07 010203040506070809", "08 010203040506070809", "09 07 61", "0b", "0b 80", "0c",
            "0c 05 61",
            "0c ffffffffffffffff 61",
        ])
    func faults(text: String) {
        #expect { try BinaryFrameCodec.decode(hex(text), maxPayload: 16_384) } throws: {
            ($0 as? TunnelError)?.code == .badFrame
        }
    }

    @Test("share the bytes of the message instead of copying them")
    func noCopies() throws {
        let message = hex("03 07 68656c6c6f")
        let frame = try BinaryFrameCodec.decode(message, maxPayload: 16_384)
        guard case .streamData(_, let data) = frame else {
            Issue.record("no stream_data")
            return
        }
        let whole = message.withUnsafeReadableBytes { $0.baseAddress }
        #expect(data.withUnsafeReadableBytes { $0.baseAddress } == whole?.advanced(by: 2))
    }

    @Test("of data can be written header first", arguments: [0, 63, 64, 16_383, 16_384, 1_073_741_823] as [UInt32])
    func dataHeader(number: UInt32) {
        var whole = ByteBuffer()
        BinaryFrameCodec.encode(.streamData(.number(number), .text("x")), into: &whole)
        var header = ByteBuffer()
        BinaryFrameCodec.writeDataHeader(.number(number), into: &header)
        #expect(header.readableBytes == BinaryFrameCodec.dataHeaderLength(.number(number)))
        #expect(header.readableBytes <= BinaryFrameCodec.maximumDataHeader)
        header.writeString("x")
        #expect(header == whole)
    }
}
