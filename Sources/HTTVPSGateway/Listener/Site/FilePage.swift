import NIOCore

enum FilePage {
    private enum Wish: Equatable {
        case whole
        case part(Range<Int>)
        case unsatisfiable
    }

    static func make(_ file: SiteFile, type: String, for head: RequestHead) -> SitePage {
        let tag = "\"\(String(file.modified, radix: 16))-\(String(file.size, radix: 16))\""
        let date = HTTPDate.text(secondsSinceEpoch: file.modified)
        var fields = HeadFields()
        fields.append("Last-Modified", date)
        fields.append("ETag", tag)
        if isUnchanged(head.fields, tag: tag, date: date) {
            return SitePage(status: 304, fields: fields, body: .bytes(ByteBuffer()))
        }
        fields.append("Content-Type", type)
        fields.append("Accept-Ranges", "bytes")
        switch wish(head, size: file.size, tag: tag, date: date) {
        case .whole: return SitePage(status: 200, fields: fields, body: .file(file, 0..<file.size))
        case .part(let range):
            fields.append("Content-Range", "bytes \(range.lowerBound)-\(range.upperBound - 1)/\(file.size)")
            return SitePage(status: 206, fields: fields, body: .file(file, range))
        case .unsatisfiable:
            var page = SitePage.error(416)
            page.fields.append("Content-Range", "bytes */\(file.size)")
            return page
        }
    }

    private static func isUnchanged(_ fields: HeadFields, tag: String, date: String) -> Bool {
        if fields.contains("if-none-match") {
            return fields.tokens("if-none-match").contains { $0 == "*" || $0 == tag || $0 == "w/\(tag)" }
        }
        return fields.values("if-modified-since") == [date]
    }

    private static func wish(_ head: RequestHead, size: Int, tag: String, date: String) -> Wish {
        let values = head.fields.values("range")
        guard values.count == 1, let value = values.first, value.lowercased().hasPrefix("bytes=") else { return .whole }
        if let condition = head.fields.values("if-range").first, condition != tag, condition != date { return .whole }
        let bounds = value.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
        guard bounds.count == 2, bounds.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else {
            return .whole
        }
        switch (Int(bounds[0]), Int(bounds[1])) {
        case (nil, let count?): return count > 0 && size > 0 ? .part(max(0, size - count)..<size) : .unsatisfiable
        case (let first?, nil): return first < size ? .part(first..<size) : .unsatisfiable
        case (let first?, let last?):
            guard first <= last else { return .whole }
            return first < size ? .part(first..<min(last, size - 1) + 1) : .unsatisfiable
        case (nil, nil): return .whole
        }
    }
}
