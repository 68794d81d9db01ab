import NIOCore

struct RequestScanner {
    enum Event {
        case head(RequestHead)
        case body(ByteBuffer)
        case end
        case malformed(RequestHead.Fault)
    }

    private static let longestLine = 8_192

    private var message = MessageScanner()

    var headBytes: [UInt8] { message.headBytes ?? [] }

    mutating func next(_ input: inout ByteBuffer) -> Event? {
        switch message.next(&input) {
        case nil: nil
        case .head(let lines, let hasBareLineEnds): take(lines, hasBareLineEnds)
        case .body(let bytes): .body(bytes)
        case .end: .end
        case .headTooLong(let longest): .malformed(longest > Self.longestLine ? .targetTooLong : .fieldsTooLong)
        case .malformed: .malformed(.malformed)
        }
    }

    private mutating func take(_ lines: [ArraySlice<UInt8>], _ hasBareLineEnds: Bool) -> Event {
        do throws(RequestHead.Fault) {
            if lines.first.map({ $0.count > Self.longestLine }) == true { throw RequestHead.Fault.targetTooLong }
            var head = try RequestHead(lines: lines)
            head.hasBareLineEnds = hasBareLineEnds
            message.expectBody(try head.framing())
            return .head(head)
        } catch {
            return .malformed(error)
        }
    }
}
