import NIOCore
import NIOEmbedded
import NIOHPACK
import NIOHTTP2
import Testing

@testable import HTTVPSGateway

struct SiteStreamTests {
    private func sent(_ headers: [(String, String)]) throws -> String {
        let site = RecordingSite()
        let request = try #require(HTTP2Request(HPACKHeaders(headers), hasBody: true))
        let stream = SiteStream(request: request, site: site, hasRemoteEnded: false)
        let channel = EmbeddedChannel()
        try channel.pipeline.syncOperations.addHandler(stream)
        stream.begin()
        let body = ByteBuffer(string: "GET /inner HTTP/1.1\r\n\r\n")
        let data = HTTP2Frame.FramePayload.Data(data: .byteBuffer(body), endStream: true)
        try channel.writeInbound(HTTP2Frame.FramePayload.data(data))
        return site.received
    }

    @Test("Data behind a CONNECT never reaches the site")
    func connect() throws {
        let extended = [
            (":method", "CONNECT"), (":protocol", "websocket"), (":scheme", "https"), (":path", "/x"),
            (":authority", "a"),
        ]
        #expect(try sent(extended) == "GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(try sent(extended + [("content-length", "23")]) == "GET /x HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(
            try sent([(":method", "CONNECT"), (":authority", "a:1")]) == "CONNECT a:1 HTTP/1.1\r\nHost: a:1\r\n\r\n")
    }

    @Test("The data of other requests reaches the site in its framing")
    func body() throws {
        let post = [(":method", "POST"), (":scheme", "https"), (":path", "/x"), (":authority", "a")]
        #expect(try sent(post).hasSuffix("chunked\r\n\r\n17\r\nGET /inner HTTP/1.1\r\n\r\n\r\n0\r\n\r\n"))
        #expect(try sent(post + [("content-length", "23")]).hasSuffix("23\r\n\r\nGET /inner HTTP/1.1\r\n\r\n"))
    }
}
