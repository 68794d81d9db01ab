struct RegionDraft: Equatable, Sendable {
    var code: String
    var name: String

    init(_ reader: inout MemberReader) throws(ProblemError) {
        let code = reader.pattern("code", required: true, form: "like eu-west", where: Self.isCode)
        let name = reader.text("name", required: true)
        try reader.finish()
        self.code = code ?? ""
        self.name = name ?? ""
    }

    static func isCode(_ text: String) -> Bool {
        guard (2...32).contains(text.utf8.count), let first = text.utf8.first else { return false }
        let letters = UInt8(ascii: "a")...UInt8(ascii: "z")
        return letters.contains(first)
            && text.utf8.allSatisfy { byte in
                letters.contains(byte) || byte == UInt8(ascii: "-")
                    || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
            }
    }
}
