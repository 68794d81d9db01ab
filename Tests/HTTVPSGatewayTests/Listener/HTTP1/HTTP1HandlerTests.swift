import NIOCore
import NIOEmbedded
import Testing

@testable import HTTVPSGateway

struct HTTP1HandlerTests {
    private final class Session: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
    }

    private static let page = "GET /a HTTP/1.1\r\nHost: a\r\n\r\n"
    private static let upgrade =
        "GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"

    private func open(
        _ site: RecordingSite, _ text: String, isAdmitted: Bool = true
    ) throws -> EmbeddedChannel {
        let handler = HTTP1Handler(
            path: "/ws", site: site, acceptedAt: .now(), handshakeTimeout: .seconds(10)
        ) { _, _ in isAdmitted ? Session() : nil }
        let channel = EmbeddedChannel(handler: handler)
        try channel.writeInbound(ByteBuffer(string: text))
        return channel
    }

    private func output(_ channel: EmbeddedChannel) throws -> String {
        var text = ""
        while let bytes = try channel.readOutbound(as: ByteBuffer.self) { text += String(buffer: bytes) }
        return text
    }

    @Test(
        "A pipelined upgrade waits for the answer before it, and does not follow one that ends the connection",
        arguments: [
            ("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx", true),
            ("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 1\r\n\r\nx", false),
            ("HTTP/1.0 200 OK\r\nContent-Length: 1\r\n\r\nx", false),
        ])
    func pipelined(answer: String, isUpgraded: Bool) throws {
        let site = RecordingSite()
        let channel = try open(site, Self.page + Self.upgrade)
        #expect(try output(channel) == "")
        site.visitor?.siteSent(ByteBuffer(string: answer))
        let text = try output(channel)
        #expect(text.hasPrefix(answer))
        #expect(text.dropFirst(answer.count).hasPrefix("HTTP/1.1 101 ") == isUpgraded)
        #expect(isUpgraded || text == answer)
    }

    @Test("The site sees an upgrade but for its last byte, and its answer to that wins")
    func answered() throws {
        let site = RecordingSite()
        let start = String(decoding: Self.upgrade.utf8.dropLast(), as: UTF8.self)
        let channel = try open(site, start)
        #expect(site.received == start)
        site.visitor?.siteSent(ByteBuffer(string: "HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n"))
        try channel.writeInbound(ByteBuffer(string: "\n"))
        #expect(site.received == Self.upgrade)
        #expect(try output(channel).contains("101") == false)
    }

    @Test("A whole upgrade is answered without its last byte at the site")
    func upgraded() throws {
        let site = RecordingSite()
        let channel = try open(site, Self.upgrade)
        #expect(site.received == String(decoding: Self.upgrade.utf8.dropLast(), as: UTF8.self))
        #expect(try output(channel).hasPrefix("HTTP/1.1 101 "))
    }

    @Test("An upgrade that is not admitted is the site's to answer, like what follows it")
    func notAdmitted() throws {
        let site = RecordingSite()
        let channel = try open(site, Self.upgrade, isAdmitted: false)
        #expect(site.received == Self.upgrade)
        try channel.writeInbound(ByteBuffer(string: Self.page))
        #expect(site.received == Self.upgrade + Self.page)
        site.visitor?.siteSent(ByteBuffer(string: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n"))
        #expect(try output(channel) == "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
    }
}
