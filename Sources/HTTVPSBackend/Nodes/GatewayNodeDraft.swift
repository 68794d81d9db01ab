struct GatewayNodeDraft: Equatable, Sendable {
    var name: String?
    var region: String?
    var publicURL: String?

    init(_ reader: inout MemberReader) {
        name = reader.text("name", required: true)
        region = reader.reference("region", required: true)
        publicURL = reader.text(
            "public_url", required: true, length: 1...2_048, form: "a wss:// URL",
            where: { NodeURL.isValid($0, scheme: "wss") })
        reader.faultUnknownMembers()
    }
}
