import NIOCore

struct RequestScanner {
    enum Event {
        case head(RequestHead)
        case body(ByteBuffer)
        case end
        case malformed(RequestHead.Fault)
    }

    private enum State {
        case head(HeadScanner)
        case body(BodyScanner)
        case over
    }

    private static let longestLine = 8_192

    private var state = State.head(HeadScanner())

    var headBytes: [UInt8] {
        guard case .head(let head) = state else { return [] }
        return head.bytes
    }

    mutating func next(_ input: inout ByteBuffer) -> Event? {
        switch state {
        case .head(var head):
            state = .over
            switch head.read(&input) {
            case .incomplete:
                state = .head(head)
                return nil
            case .tooLong:
                return .malformed(head.longestLine > Self.longestLine ? .targetTooLong : .fieldsTooLong)
            case .complete(let lines):
                return take(lines)
            }
        case .body(var body):
            state = .over
            switch body.next(&input) {
            case nil: state = .body(body)
            case .body(let bytes):
                state = .body(body)
                return .body(bytes)
            case .end:
                state = .head(HeadScanner())
                return .end
            case .malformed: return .malformed(.malformed)
            }
            return nil
        case .over: return nil
        }
    }

    private mutating func take(_ lines: [ArraySlice<UInt8>]) -> Event {
        do throws(RequestHead.Fault) {
            if lines.first.map({ $0.count > Self.longestLine }) == true { throw RequestHead.Fault.targetTooLong }
            let head = try RequestHead(lines: lines)
            state = .body(BodyScanner(try head.framing()))
            return .head(head)
        } catch {
            return .malformed(error)
        }
    }
}
