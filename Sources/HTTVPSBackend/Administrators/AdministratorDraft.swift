struct AdministratorDraft: Sendable {
    static let passwordLength = 12...200

    var email: String
    var password: String
    var role: Role
    var name: String?

    init(_ reader: inout MemberReader) throws(ProblemError) {
        let email = reader.text(
            "email", required: true, length: 3...254, form: "an e-mail address with one @", where: UserDraft.isEmail)
        let password = reader.text("password", required: true, length: Self.passwordLength)
        let role = reader.choice("role", of: Role.self, required: true)
        name = reader.text("name")
        try reader.finish()
        self.email = email ?? ""
        self.password = password ?? ""
        self.role = role ?? .readOnly
    }
}
