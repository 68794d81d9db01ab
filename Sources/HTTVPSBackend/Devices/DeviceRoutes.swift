import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol

struct DeviceRoutes: Sendable {
    let desk: AdminDesk
    let hasher: CredentialHasher
    let tokens: DeviceTokens
    let store = DeviceStore()
    let users = UserStore()
    let sessions = SessionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(Device.self) { store.listing($0.query) },
            desk.read(Device.self) { try await store.find($0.id, on: desk.pool) },
            desk.create(Device.self, codes: [.deviceLimit], check: check, make: create),
            desk.change(Device.self, lock: lock) { before, submission, call, transaction in
                let device = try await store.update(before.id, submission, at: call.now, on: transaction)
                if submission.changes("status") { try await revokeSessions(of: device, call, on: transaction) }
                return device
            },
            desk.remove(Device.self, lock: lock) { device, call, transaction in
                try await store.remove(device.id, at: call.now, on: transaction)
                try await revokeSessions(of: device, call, on: transaction)
            },
            desk.act(Device.path + "/{id}/tokens", issuing, respond: issueTokens),
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> Device? {
        guard let device = try await store.find(call.id, on: transaction) else { return nil }
        _ = try await users.lock(device.userID, on: transaction)
        return try await store.lock(call.id, on: transaction)
    }

    private func revokeSessions(of device: Device, _ call: Call, on transaction: PostgresTransaction) async throws {
        try await sessions.revokeRefused(where: "device_id = \(device.id)", at: call.now, on: transaction)
    }

    @Sendable private func check(
        _ submission: inout Submission, _ before: Device?, _ call: Call, on transaction: PostgresTransaction
    ) async throws {
        guard let user = submission.text("user_id") else { return }
        if try await users.lock(user, on: transaction) == nil { submission.unknownReference("user_id") }
    }

    @Sendable private func create(
        _ submission: Submission, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Created<Device> {
        guard try await store.hasRoom(for: submission.text("user_id") ?? "", at: call.now, on: transaction) else {
            throw ProblemError(.deviceLimit, "The user's plan allows no further device.")
        }
        let code = EnrollmentCode()
        let expiresAt = call.now.addingTimeInterval(EnrollmentCode.lifetime)
        let device = try await store.create(
            submission, code: hasher.hash(code: code.text), expiresAt: expiresAt, at: call.now, on: transaction)
        return Created(
            device, showingOnce: [("enrollment_code", .string(code.text)), ("enrollment_expires_at", .time(expiresAt))])
    }

    private var issuing: Operation {
        Operation(
            "Issues an access token and a refresh token for a device.",
            body: .body(MemberShape("expires_in_sec", .integer(1...Int64(tokens.lifetime)))),
            answers: [201: .json(DeviceCredentials.shape)], codes: [.deviceNotFound])
    }

    @Sendable private func issueTokens(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        guard let device = try await store.lock(call.id, on: transaction) else { throw ObjectKind.device.notFound }
        let submission = try issuing.submission(call)
        let seconds = submission.integer("expires_in_sec")
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
