import NIOCore
import Testing

@testable import HTTVPSGateway

struct RequestScannerTests {
    private func fault(_ text: String) -> RequestHead.Fault? {
        var scanner = RequestScanner()
        var input = ByteBuffer(string: text)
        while let event = scanner.next(&input) {
            if case .malformed(let fault) = event { return fault }
        }
        return nil
    }

    static let faulty: [(String, RequestHead.Fault)] = [
        ("NONSENSE\r\n\r\n", .malformed), ("GET /\r\n\r\n", .malformed), ("GET  / HTTP/1.1\r\n\r\n", .malformed),
        ("GET / HTTP/2.0\r\n\r\n", .unknownVersion), ("GET / HTTP/1.10\r\n\r\n", .malformed),
        ("G(T / HTTP/1.1\r\n\r\n", .malformed), ("GET / HTTP/1.1\r\nA b: c\r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nA : c\r\n\r\n", .malformed), ("GET / HTTP/1.1\r\nA: b\r\n c\r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nA: b\u{0}\r\n\r\n", .malformed), ("GET / HTTP/1.1\r\nno colon\r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nContent-Length: \r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nContent-Length: 99999999999999999999\r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", .malformed),
        ("GET / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", .malformed),
        ("GET / HTTP/1.1\r\nTransfer-Encoding: gzip, chunked\r\n\r\n", .unknownCoding),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", .malformed),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nab\r\n", .malformed),
        ("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n", .malformed),
        ("GET /" + String(repeating: "a", count: 20_000), .targetTooLong),
        ("GET / HTTP/1.1\r\nA: " + String(repeating: "a", count: 20_000), .fieldsTooLong),
    ]

    @Test("Requests that break HTTP are told by what is wrong with them", arguments: faulty)
    func faults(text: String, expected: RequestHead.Fault) { #expect(fault(text) == expected) }

    @Test("Bare line feeds, empty lines ahead and equal lengths twice are taken")
    func lenient() {
        #expect(
            fault("\r\n\nGET / HTTP/1.1\nHost: a\nContent-Length: 1\nContent-Length: 1\n\nxGET / HTTP/1.0\n\n") == nil)
    }
}
