import HTTPTypes
import NIOCore
import NIOEmbedded
import NIOHTTPTypes
import Testing

@testable import HTTVPSBackend

@Suite("Time that a connection has for its requests")
struct RequestDeadlinesTests {
    private let channel: EmbeddedChannel

    init() throws {
        channel = EmbeddedChannel(handler: RequestDeadlines())
        try channel.connect(to: SocketAddress(ipAddress: "127.0.0.1", port: 1)).wait()
    }

    private func begin() throws {
        let head = HTTPRequest(method: .post, scheme: "http", authority: "backend", path: "/")
        try channel.writeInbound(HTTPRequestPart.head(head))
    }

    private func end() throws { try channel.writeInbound(HTTPRequestPart.end(nil)) }

    private func answer() throws { try channel.writeOutbound(HTTPResponsePart.end(nil)) }

    private func wait(_ seconds: Int64) { channel.embeddedEventLoop.advanceTime(by: .seconds(seconds)) }

    @Test("without a whole head it is closed after 75 seconds")
    func silent() {
        wait(74)
        #expect(channel.isActive)
        wait(1)
        #expect(!channel.isActive)
    }

    @Test("a body that drips is cut after 60 seconds, however often it sends")
    func dripped() throws {
        try begin()
        for _ in 0..<5 {
            wait(11)
            try channel.writeInbound(HTTPRequestPart.body(ByteBuffer(string: "x")))
        }
        #expect(channel.isActive)
        wait(5)
        #expect(!channel.isActive)
    }

    @Test("an answer takes the time that it takes")
    func slowAnswer() throws {
        try begin()
        try end()
        wait(600)
        #expect(channel.isActive)
        try answer()
        wait(74)
        #expect(channel.isActive)
        wait(1)
        #expect(!channel.isActive)
    }

    @Test("an answer before the end of the body leaves the body its time")
    func earlyAnswer() throws {
        try begin()
        try answer()
        wait(59)
        try end()
        wait(74)
        #expect(channel.isActive)
        wait(1)
        #expect(!channel.isActive)
    }

    @Test("the second of two requests that wait for answers keeps the connection")
    func pipelined() throws {
        for _ in 0..<2 {
            try begin()
            try end()
        }
        try answer()
        wait(600)
        #expect(channel.isActive)
        try answer()
        wait(75)
        #expect(!channel.isActive)
    }
}
