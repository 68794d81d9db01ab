struct AuditAction: Equatable, Sendable {
    let text: String

    static func create(_ kind: ObjectKind) -> AuditAction { AuditAction(text: kind.rawValue + ".create") }
    static func update(_ kind: ObjectKind) -> AuditAction { AuditAction(text: kind.rawValue + ".update") }
    static func delete(_ kind: ObjectKind) -> AuditAction { AuditAction(text: kind.rawValue + ".delete") }

    static let enroll = AuditAction(text: "device.enroll")
    static let issueTokens = AuditAction(text: "device.issue_tokens")
    static let signIn = AuditAction(text: "administrator.sign_in")
    static let revokeSession = AuditAction(text: "session.revoke")
    static let rotateKey = AuditAction(text: "outline_node.rotate_key")

    static let all: [AuditAction] =
        ObjectKind.allCases.flatMap { [create($0), update($0), delete($0)] }
        + [enroll, issueTokens, revokeSession, rotateKey, signIn]
}
