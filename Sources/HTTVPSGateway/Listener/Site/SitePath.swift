struct SitePath: Equatable {
    var decoded: String
    var raw: String
    var query: String

    static func parse(_ target: String) -> SitePath? {
        guard let local = local(target) else { return nil }
        let path = local.prefix { $0 != "?" && $0 != "#" }
        guard path.hasPrefix("/"), let bytes = decode(path), let clean = normalise(bytes) else { return nil }
        return SitePath(
            decoded: clean, raw: String(path), query: String(local.dropFirst(path.count).prefix { $0 != "#" }))
    }

    private static func local(_ target: String) -> Substring? {
        if target.hasPrefix("/") { return target[...] }
        let lower = target.lowercased()
        for scheme in ["http://", "https://"] where lower.hasPrefix(scheme) {
            let rest = target.dropFirst(scheme.count)
            guard let first = rest.first, first != "/" else { return nil }
            let path = rest.drop { $0 != "/" && $0 != "?" }
            return path.hasPrefix("/") ? path : "/" + path
        }
        return nil
    }

    private static func decode(_ path: Substring) -> [UInt8]? {
        var bytes: [UInt8] = []
        var rest = path.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst().flatMap(digit), let low = rest.popFirst().flatMap(digit) else {
                return nil
            }
            bytes.append(high << 4 | low)
        }
        return bytes.contains(0) ? nil : bytes
    }

    private static func digit(_ byte: UInt8) -> UInt8? {
        Character(Unicode.Scalar(byte)).hexDigitValue.map(UInt8.init)
    }

    private static func normalise(_ bytes: [UInt8]) -> String? {
        var parts: [String] = []
        let segments = String(decoding: bytes, as: UTF8.self).split(separator: "/", omittingEmptySubsequences: true)
        for segment in segments {
            if segment == "." { continue }
            if segment != ".." {
                parts.append(String(segment))
            } else if parts.popLast() == nil {
                return nil
            }
        }
        let isFolder = [UInt8(ascii: "/")] == bytes.suffix(1) || segments.last == "." || segments.last == ".."
        return "/" + parts.joined(separator: "/") + (isFolder && !parts.isEmpty ? "/" : "")
    }
}
