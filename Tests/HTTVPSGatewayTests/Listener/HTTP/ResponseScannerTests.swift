import NIOCore
import Testing

@testable import HTTVPSGateway

struct ResponseScannerTests {
    private func run(_ text: String, methods: [String], pieces: Int) -> [String] {
        var scanner = ResponseScanner()
        for method in methods { scanner.expect(method) }
        var seen: [String] = []
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            var bytes = ByteBuffer(bytes: rest.prefix(pieces))
            rest = rest.dropFirst(pieces)
            while let event = scanner.next(&bytes) {
                switch event {
                case .head(let head): seen.append("\(head.status)")
                case .body(let body):
                    let text = String(buffer: body)
                    if seen.last?.hasPrefix("=") == true {
                        seen[seen.count - 1] += text
                    } else {
                        seen.append("=" + text)
                    }
                case .end(let trailers): seen.append("end\(trailers.all.map(\.value).joined())")
                case .tunnel: seen.append("tunnel")
                case .malformed: return seen + ["malformed"]
                }
            }
        }
        return seen
    }

    static let answers: [(String, [String], [String])] = [
        (
            "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nabcHTTP/1.1 304 Not Modified\r\n\r\n", ["GET", "GET"],
            ["200", "=abc", "end", "304", "end"]
        ),
        ("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", ["HEAD"], ["200", "end"]),
        ("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\n\r\n", ["PUT"], ["100", "204", "end"]),
        (
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x\r\nc\r\n0\r\nT: t\r\n\r\n", ["GET"],
            ["200", "=abc", "endt"]
        ),
        ("HTTP/1.0 200 OK\r\n\r\nuntil the end", ["GET"], ["200", "=until the end"]),
        ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\n\r\nraw", ["GET"], ["tunnel"]),
        ("HTTP/1.1 200 OK\r\n\r\nraw", ["CONNECT"], ["tunnel"]),
        ("HTTP/1.1 200 OK\r\n\r\n", [], ["malformed"]), ("garbage\r\n\r\n", ["GET"], ["malformed"]),
    ]

    @Test(
        "An answer says whether it is the last of its connection",
        arguments: [
            ("HTTP/1.1 200 OK\r\n\r\n", false), ("HTTP/1.1 200 OK\r\nConnection: x, Close\r\n\r\n", true),
            ("HTTP/1.0 200 OK\r\n\r\n", true), ("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n\r\n", false),
            ("HTTP/1.1 100 Continue\r\nConnection: close\r\n\r\n", false),
        ])
    func lastAnswer(text: String, expected: Bool) {
        var scanner = ResponseScanner()
        scanner.expect("GET")
        var bytes = ByteBuffer(string: text)
        guard case .head(let head) = scanner.next(&bytes) else {
            Issue.record("no head was read")
            return
        }
        #expect(head.endsConnection == expected)
    }

    @Test("Answers are told apart, however their bytes are split", arguments: answers)
    func splits(text: String, methods: [String], expected: [String]) {
        for pieces in [1, 2, 3, 7, 1_000] { #expect(run(text, methods: methods, pieces: pieces) == expected) }
    }
}
