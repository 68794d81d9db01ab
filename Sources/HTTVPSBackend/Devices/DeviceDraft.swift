struct DeviceDraft: Equatable, Sendable {
    var userID: String?
    var name: String?
    var platform: Device.Platform?

    init(_ reader: inout MemberReader) {
        userID = reader.reference("user_id", required: true)
        name = reader.text("name", required: true)
        platform = reader.choice("platform")
        reader.faultUnknownMembers()
    }
}
