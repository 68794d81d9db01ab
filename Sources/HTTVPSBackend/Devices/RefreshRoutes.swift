import HTTPTypes
import HTTVPSProtocol

struct RefreshRoutes: Sendable {
    let store: RefreshStore
    let tokens: DeviceTokens

    var endpoints: [Endpoint] {
        [
            Endpoint(.post, RoutePattern(ControlPlanePath.refresh), body: .required, respond: refresh),
            Endpoint(.post, RoutePattern(ControlPlanePath.logout), body: .required, respond: logout),
        ]
    }

    @Sendable private func refresh(_ call: Call) async throws -> Answer {
        var reader = MemberReader(call.json)
        let text = reader.text("refresh_token", required: true, length: 1...8_192) ?? ""
        try reader.finish(unknown: .areIgnored)
        guard let token = Self.token(text) else { throw ProblemError.invalidRefreshToken }
        let refreshed = try await store.refresh(token, at: call.now)
        let issued = try await tokens.credentials(
            rotating: token, deviceID: refreshed.deviceID, rotation: refreshed.rotation)
        return Answer(json: issued.json(deviceID: refreshed.deviceID, gateways: refreshed.gateways))
    }

    @Sendable private func logout(_ call: Call) async throws -> Answer {
        var reader = MemberReader(call.json)
        let text = reader.anyText("refresh_token", required: true) ?? ""
        try reader.finish(unknown: .areIgnored)
        if let token = Self.token(text) { try await store.revoke(token, at: call.now) }
        return .noContent
    }

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
