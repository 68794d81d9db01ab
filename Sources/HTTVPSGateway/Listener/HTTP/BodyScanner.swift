import NIOCore

struct BodyScanner {
    enum Framing: Equatable {
        case none
        case length(Int)
        case chunked
        case untilClose
    }

    enum Part {
        case body(ByteBuffer)
        case end(HeadFields)
        case malformed
    }

    private enum State {
        case length(Int)
        case size
        case chunk(Int)
        case chunkEnd
        case trailers
        case untilClose
        case over
    }

    private static let longestSizeLine = 256
    private static let largestTrailers = 8_192

    private var state: State
    private var line: [UInt8] = []
    private var trailers = HeadFields()
    private var trailerBytes = 0

    init(_ framing: Framing) {
        switch framing {
        case .none: state = .length(0)
        case .length(let count): state = .length(count)
        case .chunked: state = .size
        case .untilClose: state = .untilClose
        }
    }

    var isUntilClose: Bool {
        if case .untilClose = state { true } else { false }
    }

    mutating func next(_ input: inout ByteBuffer) -> Part? {
        while true {
            switch state {
            case .length(0):
                state = .over
                return .end(trailers)
            case .length(let count):
                guard let part = take(count, from: &input) else { return nil }
                state = .length(count - part.readableBytes)
                return .body(part)
            case .chunk(let count):
                guard let part = take(count, from: &input) else { return nil }
                state = part.readableBytes == count ? .chunkEnd : .chunk(count - part.readableBytes)
                return .body(part)
            case .untilClose:
                return take(.max, from: &input).map(Part.body)
            case .size, .chunkEnd, .trailers:
                guard let isGood = readLine(&input) else { return nil }
                guard isGood, endLine() else {
                    state = .over
                    return .malformed
                }
                if case .over = state { return .end(trailers) }
            case .over: return nil
            }
        }
    }

    private func take(_ count: Int, from input: inout ByteBuffer) -> ByteBuffer? {
        let length = min(count, input.readableBytes)
        return length > 0 ? input.readSlice(length: length) : nil
    }

    private mutating func readLine(_ input: inout ByteBuffer) -> Bool? {
        let limit = if case .trailers = state { Self.largestTrailers } else { Self.longestSizeLine }
        while let byte = input.readInteger(as: UInt8.self) {
            if byte == 0x0A {
                if line.last == 0x0D { line.removeLast() }
                return true
            }
            line.append(byte)
            if line.count > limit { return false }
        }
        return nil
    }

    private mutating func endLine() -> Bool {
        defer { line.removeAll(keepingCapacity: true) }
        switch state {
        case .size:
            guard let size = Self.size(line) else { return false }
            state = size == 0 ? .trailers : .chunk(size)
        case .chunkEnd:
            state = .size
            return line.isEmpty
        default:
            trailerBytes += line.count
            if line.isEmpty { state = .over } else { return trail() }
        }
        return true
    }

    private mutating func trail() -> Bool {
        trailerBytes <= Self.largestTrailers && trailers.append(line: line[...])
    }

    private static func size(_ line: [UInt8]) -> Int? {
        let digits = line.prefix { $0 != UInt8(ascii: ";") && $0 != 0x20 && $0 != 0x09 }
        guard (1...15).contains(digits.count) else { return nil }
        var size = 0
        for digit in digits {
            guard let value = Character(Unicode.Scalar(digit)).hexDigitValue, digit < 0x80 else { return nil }
            size = size << 4 | value
        }
        return size
    }
}
