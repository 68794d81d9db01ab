import Foundation
package import NIOCore

package enum AuthResult: Equatable, Sendable {
    case allowed(SessionGrant)
    case refused(reason: String)

    package static func decode(_ message: ByteBuffer) throws(TunnelError) -> AuthResult {
        do {
            return try JSONDecoder().decode(AuthResult.self, from: Data(message.readableBytesView))
        } catch let error as TunnelError {
            throw error
        } catch {
            throw TunnelError(.badFrame, "the gateway's first message is no auth_result", cause: error)
        }
    }

    package func encoded() -> ByteBuffer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .withoutEscapingSlashes
        guard let json = try? encoder.encode(self) else {
            preconditionFailure("an auth_result always has a JSON form")
        }
        return ByteBuffer(bytes: json)
    }
}

package struct SessionGrant: Equatable, Sendable {
    package var sessionID: String
    package var userID: String
    package var subscriptionStatus: String
    package var capabilities: Capabilities
    package var maxStreams: Int
    package var maxPayload: Int
    package var initialWindow: Int
    package var keepaliveSeconds: Int
    package var region: String
    package var resumeToken: String?
    package var credentials: DeviceCredentials?
    package var pad: String?

    package init(
        sessionID: String, userID: String, subscriptionStatus: String, capabilities: Capabilities, maxStreams: Int,
        maxPayload: Int, initialWindow: Int, keepaliveSeconds: Int, region: String
    ) {
        self.sessionID = sessionID
        self.userID = userID
        self.subscriptionStatus = subscriptionStatus
        self.capabilities = capabilities
        self.maxStreams = maxStreams
        self.maxPayload = maxPayload
        self.initialWindow = initialWindow
        self.keepaliveSeconds = keepaliveSeconds
        self.region = region
    }
}

extension AuthResult: Codable {
    private enum CodingKeys: String, CodingKey {
        case type, allowed, reason, capabilities, region, credentials, pad
        case sessionID = "session_id"
        case userID = "user_id"
        case subscriptionStatus = "subscription_status"
        case maxStreams = "max_streams"
        case maxPayload = "max_payload"
        case initialWindow = "initial_window"
        case keepaliveSeconds = "keepalive_sec"
        case resumeToken = "resume_token"
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        guard try container.decode(String.self, forKey: .type) == "auth_result" else {
            throw TunnelError(.badFrame, "the gateway's first message is no auth_result")
        }
        guard try container.decode(Bool.self, forKey: .allowed) else {
            self = .refused(reason: try container.decode(String.self, forKey: .reason))
            return
        }
        var grant = SessionGrant(
            sessionID: try container.decode(String.self, forKey: .sessionID),
            userID: try container.decode(String.self, forKey: .userID),
            subscriptionStatus: try container.decode(String.self, forKey: .subscriptionStatus),
            capabilities: Capabilities(names: try container.decode([String].self, forKey: .capabilities)),
            maxStreams: try container.decode(Int.self, forKey: .maxStreams),
            maxPayload: try container.decode(Int.self, forKey: .maxPayload),
            initialWindow: try container.decode(Int.self, forKey: .initialWindow),
            keepaliveSeconds: try container.decode(Int.self, forKey: .keepaliveSeconds),
            region: try container.decode(String.self, forKey: .region))
        guard grant.maxStreams > 0, grant.maxPayload >= FrameLimits.earlyPayload,
            grant.initialWindow >= FrameLimits.earlyStreamData, grant.keepaliveSeconds > 0
        else { throw TunnelError(.badFrame, "auth_result grants less than the protocol's least") }
        grant.resumeToken = try container.decodeIfPresent(String.self, forKey: .resumeToken)
        grant.credentials = try container.decodeIfPresent(DeviceCredentials.self, forKey: .credentials)
        self = .allowed(grant)
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode("auth_result", forKey: .type)
        switch self {
        case .refused(let reason):
            try container.encode(false, forKey: .allowed)
            try container.encode(reason, forKey: .reason)
        case .allowed(let grant):
            try container.encode(true, forKey: .allowed)
            try container.encode(grant.sessionID, forKey: .sessionID)
            try container.encode(grant.userID, forKey: .userID)
            try container.encode(grant.subscriptionStatus, forKey: .subscriptionStatus)
            try container.encode(grant.capabilities.names, forKey: .capabilities)
            try container.encode(grant.maxStreams, forKey: .maxStreams)
            try container.encode(grant.maxPayload, forKey: .maxPayload)
            try container.encode(grant.initialWindow, forKey: .initialWindow)
            try container.encode(grant.keepaliveSeconds, forKey: .keepaliveSeconds)
            try container.encode(grant.region, forKey: .region)
            try container.encodeIfPresent(grant.resumeToken, forKey: .resumeToken)
            try container.encodeIfPresent(grant.credentials, forKey: .credentials)
            try container.encodeIfPresent(grant.pad, forKey: .pad)
        }
    }
}
