enum JSONText {
    static func unescaped(_ content: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard content.contains(UInt8(ascii: "\\")) else { return content }
        var rest = content
        var out: [UInt8] = []
        out.reserveCapacity(content.count)
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "\\") else {
                out.append(byte)
                continue
            }
            guard let scalar = escaped(&rest) else { return nil }
            out.append(contentsOf: String(scalar).utf8)
        }
        return out[...]
    }

    static func hexadecimal(_ digit: UInt8) -> UInt16? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt16(digit - UInt8(ascii: "0"))
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt16(digit - UInt8(ascii: "a") + 10)
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt16(digit - UInt8(ascii: "A") + 10)
        default: nil
        }
    }

    private static func escaped(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        guard let byte = rest.popFirst() else { return nil }
        switch byte {
        case UInt8(ascii: "b"): return "\u{08}"
        case UInt8(ascii: "f"): return "\u{0C}"
        case UInt8(ascii: "n"): return "\n"
        case UInt8(ascii: "r"): return "\r"
        case UInt8(ascii: "t"): return "\t"
        case UInt8(ascii: "u"): return codePoint(&rest)
        default: return Unicode.Scalar(byte)
        }
    }

    private static func codePoint(_ rest: inout ArraySlice<UInt8>) -> Unicode.Scalar? {
        let first = codeUnit(&rest)
        if let scalar = Unicode.Scalar(first) { return scalar }
        guard UTF16.isLeadSurrogate(first), rest.starts(with: "\\u".utf8) else { return nil }
        rest = rest.dropFirst(2)
        let second = codeUnit(&rest)
        guard UTF16.isTrailSurrogate(second) else { return nil }
        return Unicode.Scalar(0x10000 + (UInt32(first & 0x3FF) << 10) + UInt32(second & 0x3FF))
    }

    private static func codeUnit(_ rest: inout ArraySlice<UInt8>) -> UInt16 {
        defer { rest = rest.dropFirst(4) }
        return rest.prefix(4).reduce(0) { $0 << 4 | (hexadecimal($1) ?? 0) }
    }
}
