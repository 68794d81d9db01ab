struct AdmissionRequest: Sendable {
    enum Evidence: Equatable, Sendable {
        case access(subject: String, family: String)
        case refresh(OpaqueToken)
    }

    var deviceID: String
    var evidence: Evidence
    var region: String?
    var clientVersion: String?
}
