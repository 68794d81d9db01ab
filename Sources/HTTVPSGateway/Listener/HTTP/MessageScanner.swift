import NIOCore

struct MessageScanner {
    enum Part {
        case head([ArraySlice<UInt8>], hasBareLineEnds: Bool)
        case body(ByteBuffer)
        case end(HeadFields)
        case headTooLong(longestLine: Int)
        case malformed
    }

    private enum State {
        case head(HeadScanner)
        case body(BodyScanner)
        case over
    }

    private var state = State.head(HeadScanner())

    var headBytes: [UInt8]? {
        guard case .head(let head) = state else { return nil }
        return head.bytes
    }

    var endsByClose: Bool {
        if case .body(let body) = state { body.isUntilClose } else { false }
    }

    mutating func expectHead() { state = .head(HeadScanner()) }

    mutating func expectBody(_ framing: BodyScanner.Framing) { state = .body(BodyScanner(framing)) }

    mutating func next(_ input: inout ByteBuffer) -> Part? {
        switch state {
        case .head(var head):
            state = .over
            return scan(&head, &input)
        case .body(var body):
            state = .over
            return scan(&body, &input)
        case .over: return nil
        }
    }

    private mutating func scan(_ scanner: inout HeadScanner, _ input: inout ByteBuffer) -> Part? {
        switch scanner.read(&input) {
        case .incomplete:
            state = .head(scanner)
            return nil
        case .tooLong: return .headTooLong(longestLine: scanner.longestLine)
        case .complete(let lines): return .head(lines, hasBareLineEnds: scanner.hasBareLineEnds)
        }
    }

    private mutating func scan(_ scanner: inout BodyScanner, _ input: inout ByteBuffer) -> Part? {
        let part = scanner.next(&input)
        switch part {
        case nil:
            state = .body(scanner)
            return nil
        case .body(let bytes):
            state = .body(scanner)
            return .body(bytes)
        case .end(let trailers):
            expectHead()
            return .end(trailers)
        case .malformed: return .malformed
        }
    }
}
