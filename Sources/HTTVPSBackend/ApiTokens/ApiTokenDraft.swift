import Foundation

struct ApiTokenDraft: Equatable, Sendable {
    static let lifetime: TimeInterval = 90 * 86_400

    var name: String
    var role: Role
    var expiresAt: Date

    init(_ reader: inout MemberReader, at now: Date) throws(ProblemError) {
        let name = reader.text("name", required: true)
        let role = reader.choice("role", of: Role.self, required: true)
        let expiresAt = reader.time("expires_at")
        if let expiresAt, expiresAt <= now { reader.fault("expires_at", .inThePast, "expires_at has passed.") }
        try reader.finish()
        self.name = name ?? ""
        self.role = role ?? .readOnly
        self.expiresAt = expiresAt ?? now.addingTimeInterval(Self.lifetime)
    }
}
