import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol

struct DeviceRoutes: Sendable {
    static let path = "/api/v1/admin/devices"

    let desk: AdminDesk
    let hasher: CredentialHasher
    let tokens: DeviceTokens
    let store = DeviceStore()
    let users = UserStore()

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path, filters: ["status": .choice(Device.Status.allCases.map(\.rawValue)), "user_id": .text],
                listing: { store.listing($0.query) }, item: { try Device($0).json }),
            desk.read(Self.path) { call in
                guard let device = try await store.find(call.id, on: desk.pool) else {
                    throw ObjectKind.device.notFound
                }
                return .reading(device)
            },
            desk.change(Self.path, respond: create),
            desk.change(Self.path + "/{id}/tokens", body: .optional, respond: issueTokens),
        ]
    }

    @Sendable private func create(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        var reader = MemberReader(call.json)
        let draft = DeviceDraft(&reader)
        if let user = draft.userID, try await !users.lock(user, on: transaction) { reader.unknownReference("user_id") }
        try reader.finish()
        guard try await store.hasRoom(for: draft.userID ?? "", at: call.now, on: transaction) else {
            throw ProblemError(.deviceLimit, "The user's plan allows no further device.")
        }
        let code = EnrollmentCode()
        let expiresAt = call.now.addingTimeInterval(EnrollmentCode.lifetime)
        let device = try await store.create(
            draft, code: hasher.hash(code: code.text), expiresAt: expiresAt, at: call.now, on: transaction)
        let secrets = JSONObject([("enrollment_code", .string(code.text))])
        try await desk.audit.write(.created(device, secrets: secrets), by: call, on: transaction)
        let shown = JSONObject(
            secrets.members.map { ($0.name, $0.value) } + [("enrollment_expires_at", .time(expiresAt))])
        return .created(device, at: Self.path, secrets: shown)
    }

    @Sendable private func issueTokens(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        guard let device = try await store.lock(call.id, on: transaction) else { throw ObjectKind.device.notFound }
        var reader = MemberReader(call.json ?? .object(JSONObject()))
        let seconds = reader.integer("expires_in_sec", range: 1...Int64(tokens.lifetime))
        try reader.finish()
        let issued = try await tokens.issue(
            deviceID: device.id, lifetime: seconds.map { Int($0) }, at: call.now, on: transaction)
        let after = JSONObject([
            ("access_token", "***"), ("refresh_token", "***"), ("expires_in_sec", .integer(issued.expiresInSeconds)),
        ])
        let event = AuditEvent.event(.issueTokens, of: device, before: nil, after: after)
        try await desk.audit.write(event, by: call, on: transaction)
        return Answer(
            status: .created,
            json: [
                "access_token": .string(issued.accessToken), "refresh_token": .string(issued.refreshToken),
                "expires_in_sec": .integer(issued.expiresInSeconds),
            ])
    }
}
