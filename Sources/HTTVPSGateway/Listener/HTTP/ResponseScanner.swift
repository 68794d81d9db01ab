import DequeModule
import NIOCore

struct ResponseScanner {
    struct Head: Equatable {
        var status: Int
        var isHTTP11 = true
        var fields: HeadFields

        var endsConnection: Bool {
            guard status >= 200 else { return false }
            let wishes = fields.tokens("connection")
            return isHTTP11 ? wishes.contains("close") : !wishes.contains("keep-alive")
        }
    }

    enum Event {
        case head(Head)
        case body(ByteBuffer)
        case end(HeadFields)
        case tunnel
        case malformed
    }

    private var methods: Deque<String> = []
    private var message = MessageScanner()

    var isAtRest: Bool { methods.isEmpty && message.headBytes?.isEmpty == true }

    var endsByClose: Bool { message.endsByClose }

    mutating func expect(_ method: String) { methods.append(method) }

    mutating func next(_ input: inout ByteBuffer) -> Event? {
        switch message.next(&input) {
        case nil: return nil
        case .head(let lines, _): return take(lines)
        case .body(let bytes): return .body(bytes)
        case .end(let trailers):
            methods.removeFirst()
            return .end(trailers)
        case .headTooLong, .malformed: return .malformed
        }
    }

    private mutating func take(_ lines: [ArraySlice<UInt8>]) -> Event {
        guard let method = methods.first, let head = Self.parse(lines) else { return .malformed }
        switch head.status {
        case 101: return .tunnel
        case 100..<200: message.expectHead()
        case 200..<300 where method == "CONNECT": return .tunnel
        default:
            guard let framing = Self.framing(head, method: method) else { return .malformed }
            message.expectBody(framing)
        }
        return .head(head)
    }

    private static func parse(_ lines: [ArraySlice<UInt8>]) -> Head? {
        guard let first = lines.first, first.starts(with: "HTTP/1.".utf8) else { return nil }
        let parts = first.split(separator: 0x20, maxSplits: 2, omittingEmptySubsequences: false)
        guard parts.count >= 2, parts[1].count == 3, let status = Int(String(decoding: parts[1], as: UTF8.self)),
            (100...999).contains(status)
        else { return nil }
        var fields = HeadFields()
        for line in lines.dropFirst() where !fields.append(line: line) { return nil }
        return Head(status: status, isHTTP11: parts[0].elementsEqual("HTTP/1.1".utf8), fields: fields)
    }

    private static func framing(_ head: Head, method: String) -> BodyScanner.Framing? {
        if method == "HEAD" || head.status == 204 || head.status == 304 { return BodyScanner.Framing.none }
        if head.fields.tokens("transfer-encoding").last == "chunked" { return .chunked }
        if head.fields.contains("transfer-encoding") { return .untilClose }
        let lengths = Set(head.fields.tokens("content-length"))
        guard let text = lengths.first else { return .untilClose }
        guard lengths.count == 1, let length = Int(text), length >= 0 else { return nil }
        return .length(length)
    }
}
