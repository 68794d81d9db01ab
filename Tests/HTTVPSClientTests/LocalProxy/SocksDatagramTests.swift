import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("SOCKS5 datagrams")
struct SocksDatagramTests {
    @Test("are read and written as RFC 1928 has them")
    func form() throws {
        let bytes: [UInt8] = [0, 0, 0, 1, 192, 0, 2, 1, 0, 53, 7, 8]
        let datagram = try #require(SocksDatagram(ByteBuffer(bytes: bytes)))
        #expect(datagram.address == TargetAddress("192.0.2.1:53"))
        #expect(Array(buffer: datagram.data) == [7, 8])
        #expect(Array(buffer: datagram.packet) == bytes)
        let named = try #require(SocksDatagram(ByteBuffer(bytes: [0, 0, 0, 3, 1, 97, 0, 53])))
        #expect(named.address == TargetAddress("a:53"))
        #expect(named.data.readableBytes == 0)
    }

    @Test(
        "are dropped where they are fragments, cut off, or name no target",
        arguments: [
            [], [0, 0], [0, 0, 1, 1, 192, 0, 2, 1, 0, 53, 7], [1, 0, 0, 1, 192, 0, 2, 1, 0, 53, 7],
            [0, 0, 0, 1, 192, 0, 2, 1, 0], [0, 0, 0, 9, 1], [0, 0, 0, 1, 192, 0, 2, 1, 0, 0, 7],
            [0, 0, 0, 3, 0, 0, 53],
        ] as [[UInt8]])
    func dropped(bytes: [UInt8]) {
        #expect(SocksDatagram(ByteBuffer(bytes: bytes)) == nil)
    }
}
