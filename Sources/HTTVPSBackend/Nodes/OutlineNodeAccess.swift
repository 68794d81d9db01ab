struct OutlineNodeAccess: Equatable, Sendable {
    var key: OutlineKey?
    var managementURL: String?
    var certificateHash: String?
}
