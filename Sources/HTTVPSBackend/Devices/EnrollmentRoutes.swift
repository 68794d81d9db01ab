import HTTPTypes
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol

struct EnrollmentRoutes: Sendable {
    let desk: AdminDesk
    let hasher: CredentialHasher
    let tokens: DeviceTokens
    let outcomes: MetricVector<Counter>
    let store = EnrollmentStore()
    let devices = DeviceStore()

    var endpoints: [Endpoint] {
        [
            Endpoint(.post, RoutePattern(ControlPlanePath.enroll), body: .required, operation: Self.operation) { call in
                try await outcomes.countingOutcome { try await enroll(call) }
            }
        ]
    }

    private static let operation = Operation(
        "Spends an enrolment code for a device's tokens.",
        body: ObjectShape.openBody(MemberShape("enrollment_code", .text(.name), .required, .secret))
            .named("Enrollment"),
        answers: [201: .json(DeviceCredentials.enrolled)], codes: [.invalidEnrollmentCode], refusals: [.deviceBlocked])

    private static let invalidCode = ProblemError(
        .invalidEnrollmentCode, "The enrolment code is unknown, used or too old; ask for a new one.")

    private func enroll(_ call: Call) async throws -> Answer {
        let text = try Self.operation.submission(call).text("enrollment_code") ?? ""
        guard let code = EnrollmentCode(typed: text) else { throw Self.invalidCode }
        return try await desk.changes.perform(call) { transaction in
            try await enroll(hasher.hash(code: code.text), call, on: transaction)
        }
    }

    private func enroll(
        _ hash: CredentialHash, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Answer {
        let device = try await claimedDevice(hash, call, on: transaction)
        guard try await store.spend(hash, at: call.now, on: transaction) else { throw Self.invalidCode }
        let enrolled = try await devices.markEnrolled(device.id, at: call.now, on: transaction)
        let issued = try await tokens.issue(deviceID: device.id, at: call.now, on: transaction)
        let gateways = try await store.gateways(of: device.userID, at: call.now, on: transaction)
        var after = enrolled.json
        for secret in ["enrollment_code", "access_token", "refresh_token"] { after[secret] = "***" }
        var actor = call
        actor.caller = .device(id: device.id, userID: device.userID)
        let event = AuditEvent.event(.enroll, of: enrolled, before: device.json, after: after)
        try await desk.audit.write(event, by: actor, on: transaction)
        return Answer(status: .created, json: issued.json(deviceID: device.id, gateways: gateways))
    }

    private func claimedDevice(
        _ hash: CredentialHash, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Device {
        guard let claim = try await store.claim(hash, at: call.now, on: transaction),
            let owner = try await store.lockOwner(claim.userID, on: transaction),
            let device = try await devices.lock(claim.deviceID, on: transaction)
        else { throw Self.invalidCode }
        guard owner == .active, device.status == .active else {
            throw ProblemError(.deviceBlocked, "The device or its user is blocked; the code stays good.")
        }
        return device
    }
}
