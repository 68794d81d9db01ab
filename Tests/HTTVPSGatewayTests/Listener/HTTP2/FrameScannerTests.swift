import NIOCore
import Testing

@testable import HTTVPSGateway

struct FrameScannerTests {
    @Test("Frames are found however their bytes are split, behind the preface")
    func splits() {
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8)
        let bytes =
            preface + RawHTTP2.frame(.settings) + RawHTTP2.frame(.data, flags: 1, stream: 7, [1, 2, 3])
            + [0, 0, 1, 0x55, 9, 0x80, 0, 0, 3, 0] + RawHTTP2.frame(.ping, Array(repeating: 1, count: 8))
        for size in 1...bytes.count {
            var scanner = FrameScanner(behind: FrameScanner.preface)
            var found: [FrameHead] = []
            for start in stride(from: 0, to: bytes.count, by: size) {
                var part = ByteBuffer(bytes: bytes[start..<min(start + size, bytes.count)])
                while let frame = scanner.next(&part) { found.append(frame) }
            }
            #expect(found.map(\.length) == [0, 3, 1, 8])
            #expect(found.map(\.kind) == [.settings, .data, nil, .ping])
            #expect(found.map(\.stream) == [0, 7, 3, 0])
            #expect(found.map(\.endsStream) == [false, true, false, false])
        }
    }
}
