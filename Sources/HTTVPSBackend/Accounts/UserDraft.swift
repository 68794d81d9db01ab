struct UserDraft: Equatable, Sendable {
    var email: String
    var name: String?

    init(_ reader: inout MemberReader) throws(ProblemError) {
        let email = reader.text(
            "email", required: true, length: 3...254, form: "an e-mail address with one @", where: Self.isEmail)
        name = reader.text("name")
        try reader.finish()
        self.email = email ?? ""
    }

    static func isEmail(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        return parts.count == 2 && parts.allSatisfy { !$0.isEmpty } && !text.contains(" ")
    }
}
