struct OutlineNodeDraft: Equatable, Sendable {
    enum Access: Equatable, Sendable {
        case key(OutlineKey)
        case management(url: String, certificateHash: String)
    }

    var region: String?
    var name: String?
    var weight: Int64
    var capacity: Int64?
    var halfClose: Bool
    var access: Access?

    init(_ reader: inout MemberReader) {
        region = reader.reference("region", required: true)
        name = reader.text("name")
        weight = reader.integer("weight", range: 1...1_000) ?? 100
        capacity = reader.integer("capacity", range: 1...Int64(Int32.max))
        halfClose = reader.flag("half_close") ?? true
        access = OutlineNodeForm.access(&reader)
        reader.faultUnknownMembers()
    }
}
