struct StreamRepeats: Sendable {
    enum Head: Sendable {
        case open
        case opened
    }

    var head: Head?
    var offset: UInt64
    var finish = true
    var window: Bool
}

extension StreamRepeats {
    mutating func skip(to acknowledged: UInt64) { offset = max(offset, acknowledged) }
}
