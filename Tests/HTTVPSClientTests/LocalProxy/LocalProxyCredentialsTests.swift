import NIOCore
import Testing

@testable import HTTVPSClient

@Suite("Local proxies with a password")
struct LocalProxyCredentialsTests {
    let credentials: LocalProxyCredentials

    init() throws { credentials = try LocalProxyCredentials(user: "anna", password: "pä:ss") }

    static func password(_ user: String, _ password: String) -> [UInt8] {
        [1, UInt8(user.utf8.count)] + Array(user.utf8) + [UInt8(password.utf8.count)] + Array(password.utf8)
    }

    static let request: [UInt8] = [5, 1, 0, 1, 192, 0, 2, 1, 0, 80]

    @Test("let in who knows it, over SOCKS5, byte by byte too", arguments: [1, 7, 100])
    func socks(size: Int) {
        var negotiation = SocksNegotiation(credentials: credentials)
        var bytes = ByteBuffer()
        var replies: [[UInt8]] = []
        var isOpen = false
        let all = [5, 2, 0, 2] + Self.password("anna", "pä:ss") + Self.request
        for start in stride(from: 0, to: all.count, by: size) {
            bytes.writeBytes(all[start..<min(start + size, all.count)])
            reading: while true {
                switch negotiation.receive(&bytes) {
                case .wait: break reading
                case .reply(let reply): replies.append(Array(buffer: reply))
                case .open:
                    isOpen = true
                    break reading
                case .refuse, .associate:
                    Issue.record("refused")
                    break reading
                }
            }
        }
        #expect(isOpen && replies == [[5, 2], [1, 0]])
    }

    @Test(
        "refuse a wrong one over SOCKS5",
        arguments: [("anna", "wrong"), ("ann", "pä:ss"), ("anna", ""), ("", ""), ("anna", "pä:ss!")])
    func wrong(user: String, password: String) {
        var negotiation = SocksNegotiation(credentials: credentials)
        var bytes = ByteBuffer(bytes: [5, 1, 2] + Self.password(user, password) + Self.request)
        #expect(negotiation.receive(&bytes) == .reply(ByteBuffer(bytes: [5, 2])))
        #expect(negotiation.receive(&bytes) == .refuse(ByteBuffer(bytes: [1, 1])))
        #expect(negotiation.receive(&bytes) == .wait)
    }

    @Test("refuse a client that offers none")
    func noMethod() {
        var negotiation = SocksNegotiation(credentials: credentials)
        var bytes = ByteBuffer(bytes: [5, 1, 0])
        #expect(negotiation.receive(&bytes) == .refuse(ByteBuffer(bytes: [5, 0xFF])))
    }

    @Test("are asked for none where none is set, though one is offered")
    func unasked() {
        var negotiation = SocksNegotiation()
        var bytes = ByteBuffer(bytes: [5, 2, 2, 0])
        #expect(negotiation.receive(&bytes) == .reply(ByteBuffer(bytes: [5, 0])))
    }

    @Test("let in who knows it, over HTTP, and pass no password on")
    func http() throws {
        let basic = "Proxy-Authorization: basic YW5uYTpww6Q6c3M="
        var connect = HTTPProxyNegotiation(credentials: credentials)
        var bytes = ByteBuffer(string: "CONNECT a.test:443 HTTP/1.1\r\n\(basic)\r\n\r\n")
        guard case .open = connect.receive(&bytes) else { return #expect(Bool(false), "CONNECT was refused") }
        var get = HTTPProxyNegotiation(credentials: credentials)
        bytes = ByteBuffer(string: "GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\(basic)\r\n\r\n")
        guard case .open(_, let preface) = get.receive(&bytes) else {
            return #expect(Bool(false), "GET was refused")
        }
        #expect(!String(buffer: preface).lowercased().contains("authorization"))
    }

    @Test(
        "answer 407 over HTTP to who does not know it",
        arguments: [
            "", "Proxy-Authorization: Basic YW5uYTp3cm9uZw==\r\n", "Proxy-Authorization: Basic %%%\r\n",
            "Proxy-Authorization: Bearer YW5uYTpww6Q6c3M=\r\n", "Authorization: Basic YW5uYTpww6Q6c3M=\r\n",
            "Proxy-Authorization:\r\n", "Proxy-Authorization: Basic YW5uYQ==\r\n",
        ])
    func challenge(field: String) {
        var negotiation = HTTPProxyNegotiation(credentials: credentials)
        var bytes = ByteBuffer(string: "CONNECT a.test:443 HTTP/1.1\r\n\(field)\r\n")
        guard case .refuse(let answer) = negotiation.receive(&bytes) else {
            return #expect(Bool(false), "it was let in")
        }
        let text = String(buffer: answer)
        #expect(text.hasPrefix("HTTP/1.1 407 ") && text.contains("\r\nProxy-Authenticate: Basic realm="))
    }

    @Test("have a name and a password that both forms can carry")
    func forms() {
        let long = String(repeating: "x", count: 256)
        for (user, password) in [("", "p"), ("u", ""), (long, "p"), ("u", long), ("a:b", "p")] {
            #expect(throws: ClientError.self) { try LocalProxyCredentials(user: user, password: password) }
        }
    }
}
