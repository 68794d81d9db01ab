import HTTPTypes
import HTTVPSObservability
import HTTVPSProtocol

struct RefreshRoutes: Sendable {
    let store: RefreshStore
    let tokens: DeviceTokens
    let outcomes: MetricVector<Counter>

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, RoutePattern(ControlPlanePath.refresh), body: .required, operation: Self.renewal,
                respond: refresh),
            Endpoint(
                .post, RoutePattern(ControlPlanePath.logout), body: .required, operation: Self.ending, respond: logout),
        ]
    }

    @Sendable private func refresh(_ call: Call) async throws -> Answer {
        try await outcomes.countingOutcome { try await renewed(call) }
    }

    private func renewed(_ call: Call) async throws -> Answer {
        let text = try Self.renewal.submission(call).text("refresh_token") ?? ""
        guard let token = Self.token(text) else { throw ProblemError.invalidRefreshToken }
        let refreshed = try await store.refresh(token, at: call.now)
        let issued = try await tokens.credentials(
            rotating: token, deviceID: refreshed.deviceID, rotation: refreshed.rotation)
        return Answer(json: issued.json(deviceID: refreshed.deviceID, gateways: refreshed.gateways))
    }

    @Sendable private func logout(_ call: Call) async throws -> Answer {
        let text = try Self.ending.submission(call).text("refresh_token") ?? ""
        if let token = Self.token(text) { try await store.revoke(token, at: call.now) }
        return .noContent
    }

    private static let renewal = Operation(
        "Gives new tokens for a refresh token.",
        body: ObjectShape.openBody(MemberShape("refresh_token", .text(TextForm()), .required, .secret))
            .named("Refresh"),
        answers: [200: .json(DeviceCredentials.enrolled)], codes: [.invalidToken], refusals: [.deviceBlocked])

    private static let ending = Operation(
        "Revokes the family of a refresh token; any text will do.",
        body: ObjectShape.openBody(MemberShape("refresh_token", .text(.anything), .required, .secret)).named("Logout"),
        answers: [204: .nothing])

    private static func token(_ text: String) -> OpaqueToken? {
        OpaqueToken(text).flatMap { $0.kind == .refresh ? $0 : nil }
    }
}

extension DeviceCredentials {
    func json(deviceID: String, gateways: JSONValue) -> JSONValue {
        [
            "device_id": .string(deviceID), "access_token": .string(accessToken),
            "expires_in_sec": .integer(expiresInSeconds), "refresh_token": .string(refreshToken),
            "gateways": gateways,
        ]
    }
}
