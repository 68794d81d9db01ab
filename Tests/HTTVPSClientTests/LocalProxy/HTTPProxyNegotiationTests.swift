import HTTVPSProtocol
import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("The HTTP proxy")
struct HTTPProxyNegotiationTests {
    static func ask(_ text: String) -> (step: NegotiationStep, rest: String) {
        var negotiation = HTTPProxyNegotiation()
        var buffer = ByteBuffer(string: text)
        let step = negotiation.receive(&buffer)
        return (step, String(buffer: buffer))
    }

    @Test("opens CONNECT targets and keeps what follows the head")
    func connect() throws {
        let asked = Self.ask("CONNECT example.org:443 HTTP/1.1\r\nHost: example.org:443\r\n\r\n\u{16}hello")
        #expect(asked.step == .open(try #require(TargetAddress("example.org:443")), preface: ByteBuffer()))
        #expect(asked.rest == "\u{16}hello")
        let literal = Self.ask("CONNECT [::1]:443 HTTP/1.1\r\n\r\n")
        #expect(literal.step == .open(try #require(TargetAddress("[::1]:443")), preface: ByteBuffer()))
    }

    @Test("forwards absolute http:// requests in origin form, one for each connection")
    func forward() throws {
        let asked = Self.ask(
            "POST http://example.org/a?b=c HTTP/1.1\r\nHost: example.org\r\nProxy-Connection: keep-alive\r\n"
                + "Connection: keep-alive\r\nContent-Length: 2\r\n\r\nhi")
        let head =
            "POST /a?b=c HTTP/1.1\r\nHost: example.org\r\nContent-Length: 2\r\nConnection: close\r\n\r\n"
        let target = try #require(TargetAddress("example.org:80"))
        #expect(asked.step == .open(target, preface: ByteBuffer(string: head)))
        #expect(asked.rest == "hi")
        let bare = Self.ask("GET http://[::1]:8080 HTTP/1.0\r\n\r\n")
        #expect(
            bare.step
                == .open(
                    try #require(TargetAddress("[::1]:8080")),
                    preface: ByteBuffer(string: "GET / HTTP/1.1\r\nConnection: close\r\n\r\n")))
    }

    @Test("waits for the whole head, within a limit")
    func limits() {
        #expect(Self.ask("CONNECT a:1 HTTP/1.1\r\nHost: a\r\n").step == .wait)
        guard case .refuse(let answer) = Self.ask(String(repeating: "a", count: 70_000)).step else {
            Issue.record("an endless head was taken")
            return
        }
        #expect(String(buffer: answer).hasPrefix("HTTP/1.1 431 "))
    }

    @Test(
        "answers 400 to what it cannot serve",
        arguments: [
            "GET / HTTP/1.1", "CONNECT example.org HTTP/1.1", "CONNECT example.org:0 HTTP/1.1", "hello", "GET  HTTP/2",
            "GET http:///x HTTP/1.1", "GET https://example.org/ HTTP/1.1",
        ])
    func refusals(line: String) {
        guard case .refuse(let answer) = Self.ask(line + "\r\n\r\n").step else {
            Issue.record("\(line) was taken")
            return
        }
        #expect(String(buffer: answer).hasPrefix("HTTP/1.1 400 "))
    }

    @Test("has a status for every failure")
    func failures() {
        for failure in ProxyFailure.allCases {
            let answer = String(buffer: HTTPProxyNegotiation().failure(failure))
            #expect(answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"))
            #expect(answer.hasSuffix("\n"))
        }
    }
}
