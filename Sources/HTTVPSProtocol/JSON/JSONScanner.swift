package struct JSONScanner {
    private let bytes: ArraySlice<UInt8>
    private var position: Int

    package init(_ bytes: ArraySlice<UInt8>) {
        self.bytes = bytes
        position = bytes.startIndex
    }

    package mutating func value() throws(TunnelError) -> JSONFragment {
        skipSpace()
        let start = position
        var awaited: [UInt8] = []
        repeat {
            skipSpace()
            guard try beginValue(&awaited) else { continue }
            try endContainers(&awaited)
        } while !awaited.isEmpty
        return JSONFragment(bytes[start..<position])
    }

    package mutating func memberName() throws(TunnelError) -> JSONFragment {
        skipSpace()
        let start = position
        guard take(UInt8(ascii: "\"")) else { throw fault("a member has no name") }
        try string()
        let name = JSONFragment(bytes[start..<position])
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw fault("a member has no value") }
        return name
    }

    package mutating func next(_ byte: UInt8) -> Bool {
        skipSpace()
        return take(byte)
    }

    package mutating func isAtEnd() -> Bool {
        skipSpace()
        return position == bytes.endIndex
    }

    private mutating func beginValue(_ awaited: inout [UInt8]) throws(TunnelError) -> Bool {
        if take(UInt8(ascii: "{")) {
            awaited.append(UInt8(ascii: "}"))
            if next(UInt8(ascii: "}")) {
                awaited.removeLast()
                return true
            }
            _ = try memberName()
            return false
        }
        if take(UInt8(ascii: "[")) {
            awaited.append(UInt8(ascii: "]"))
            guard next(UInt8(ascii: "]")) else { return false }
            awaited.removeLast()
            return true
        }
        try scalar()
        return true
    }

    private mutating func endContainers(_ awaited: inout [UInt8]) throws(TunnelError) {
        while let closing = awaited.last {
            if next(UInt8(ascii: ",")) {
                if closing == UInt8(ascii: "}") { _ = try memberName() }
                return
            }
            guard take(closing) else { throw fault("an array or object is not closed") }
            awaited.removeLast()
        }
    }

    private mutating func scalar() throws(TunnelError) {
        switch byte {
        case UInt8(ascii: "\""):
            position += 1
            try string()
        case UInt8(ascii: "t"): try word("true")
        case UInt8(ascii: "f"): try word("false")
        case UInt8(ascii: "n"): try word("null")
        default: try number()
        }
    }

    private mutating func string() throws(TunnelError) {
        while position < bytes.endIndex {
            let byte = bytes[position]
            position += 1
            switch byte {
            case UInt8(ascii: "\""): return
            case UInt8(ascii: "\\"): try escape()
            case 0..<0x20: throw fault("a control character is not escaped")
            default: break
            }
        }
        throw fault("a text is not closed")
    }

    private mutating func escape() throws(TunnelError) {
        guard let byte, "\"\\/bfnrtu".utf8.contains(byte) else { throw fault("an escape is unknown") }
        position += 1
        guard byte == UInt8(ascii: "u") else { return }
        let digits = bytes[position...].prefix(4)
        guard digits.count == 4, digits.allSatisfy({ JSONText.hexadecimal($0) != nil }) else {
            throw fault("an escape has four hexadecimal digits")
        }
        position += 4
    }

    private mutating func number() throws(TunnelError) {
        _ = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { try digits() }
        if take(UInt8(ascii: ".")) { try digits() }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
            try digits()
        }
    }

    private mutating func digits() throws(TunnelError) {
        let start = position
        while let byte, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) { position += 1 }
        guard position > start else { throw fault("no value stands where one should") }
    }

    private mutating func word(_ word: String) throws(TunnelError) {
        guard bytes[position...].starts(with: word.utf8) else { throw fault("no value stands where one should") }
        position += word.utf8.count
    }

    private var byte: UInt8? { position < bytes.endIndex ? bytes[position] : nil }

    private mutating func take(_ expected: UInt8) -> Bool {
        guard byte == expected else { return false }
        position += 1
        return true
    }

    private mutating func skipSpace() {
        while let byte, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    private func fault(_ message: String) -> TunnelError { TunnelError(.badFrame, "no JSON: \(message)") }
}
