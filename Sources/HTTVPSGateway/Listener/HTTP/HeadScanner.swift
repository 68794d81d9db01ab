import NIOCore

struct HeadScanner {
    enum Result {
        case incomplete
        case complete([ArraySlice<UInt8>])
        case tooLong
    }

    static let largestHead = 16_384

    private(set) var bytes: [UInt8] = []
    private(set) var hasBareLineEnds = false
    private var lineStart = 0
    private var lines: [Range<Int>] = []

    var longestLine: Int { max(lines.first?.count ?? 0, lines.isEmpty ? bytes.count - lineStart : 0) }

    mutating func read(_ input: inout ByteBuffer) -> Result {
        var result = Result.incomplete
        var taken = 0
        for byte in input.readableBytesView {
            taken += 1
            if bytes.isEmpty, byte == 0x0D || byte == 0x0A { continue }
            bytes.append(byte)
            if byte == 0x0A, endLine() {
                result = .complete(lines.map { bytes[$0] })
                break
            }
            if bytes.count >= Self.largestHead {
                result = .tooLong
                break
            }
        }
        input.moveReaderIndex(forwardBy: taken)
        return result
    }

    private mutating func endLine() -> Bool {
        var end = bytes.count - 1
        if end > lineStart, bytes[end - 1] == 0x0D { end -= 1 } else { hasBareLineEnds = true }
        defer { lineStart = bytes.count }
        if end == lineStart { return true }
        lines.append(lineStart..<end)
        return false
    }
}
