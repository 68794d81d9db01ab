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

    private enum State {
        case head(HeadScanner)
        case body(BodyScanner)
        case over
    }

    private var methods: Deque<String> = []
    private var state = State.head(HeadScanner())

    var isAtRest: Bool {
        guard case .head(let head) = state else { return false }
        return methods.isEmpty && head.bytes.isEmpty
    }

    mutating func expect(_ method: String) { methods.append(method) }

    mutating func next(_ input: inout ByteBuffer) -> Event? {
        switch state {
        case .head(var head):
            guard input.readableBytes > 0 else { return nil }
            state = .over
            switch head.read(&input) {
            case .incomplete:
                state = .head(head)
                return nil
            case .tooLong: return .malformed
            case .complete(let lines): return take(lines)
            }
        case .body(var body):
            state = .over
            switch body.next(&input) {
            case nil: state = .body(body)
            case .body(let bytes):
                state = .body(body)
                return .body(bytes)
            case .end(let trailers):
                methods.removeFirst()
                state = .head(HeadScanner())
                return .end(trailers)
            case .malformed: return .malformed
            }
            return nil
        case .over: return nil
        }
    }

    var endsByClose: Bool {
        if case .body(let body) = state { body.isUntilClose } else { false }
    }

    private mutating func take(_ lines: [ArraySlice<UInt8>]) -> Event {
        guard let method = methods.first, let head = Self.parse(lines) else { return .malformed }
        switch head.status {
        case 101: return .tunnel
        case 100..<200: state = .head(HeadScanner())
        case 200..<300 where method == "CONNECT": return .tunnel
        default:
            guard let framing = Self.framing(head, method: method) else { return .malformed }
            state = .body(BodyScanner(framing))
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
