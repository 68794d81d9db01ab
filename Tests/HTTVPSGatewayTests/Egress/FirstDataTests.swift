import HTTVPSGateway
import NIOCore
import Testing

@Suite struct FirstDataTests {
    @Test(
        "Only data that asks for nothing twice may be sent to a second node",
        arguments: [
            ("", true), ("\u{16}\u{3}\u{1}\u{2}", true), ("GET / HTTP/1.1\r\n", true), ("HEAD / HTTP/1.1\r\n", true),
            ("OPTIONS * HTTP/1.1\r\n", true), ("POST / HTTP/1.1\r\n", false), ("GETX", false), ("hello", false),
            ("\u{16}", false),
        ])
    func sentTwice(text: String, expected: Bool) throws {
        #expect(try #require(FirstData(ByteBuffer(string: text), room: 100)).mayBeSentTwice == expected)
    }

    @Test("No more is kept than there is room for")
    func bounded() throws {
        #expect(FirstData(ByteBuffer(repeating: 1, count: 101), room: 100) == nil)
        var data = try #require(FirstData(ByteBuffer(repeating: 1, count: 99), room: 100))
        let fits = data.append(ByteBuffer(repeating: 2, count: 1))
        let overflows = data.append(ByteBuffer(repeating: 3, count: 1))
        #expect(fits)
        #expect(!overflows)
        #expect(data.bytes.readableBytes == 100)
    }
}
