import Foundation
package import NIOCore

package enum AuthResult: Equatable, Sendable {
    case allowed(SessionGrant)
    case refused(reason: String)

    package static func decode(_ message: ByteBuffer) throws(TunnelError) -> AuthResult {
        let object = try JSONObject(message)
        guard try object.string("type") == "auth_result" else {
            throw TunnelError(.badFrame, "the gateway's first message is no auth_result")
        }
        guard try object.bool("allowed") else { return .refused(reason: try object.string("reason")) }
        return .allowed(try SessionGrant(object))
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
    package var resumed: Bool?
    package var lastStreamID: UInt64?
    package var streams: [StreamOffset] = []
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

extension SessionGrant {
    fileprivate init(_ object: JSONObject) throws(TunnelError) {
        self.init(
            sessionID: try object.string("session_id"), userID: try object.string("user_id"),
            subscriptionStatus: try object.string("subscription_status"),
            capabilities: Capabilities(names: try object.strings("capabilities")),
            maxStreams: try object.count("max_streams"), maxPayload: try object.count("max_payload"),
            initialWindow: try object.count("initial_window"), keepaliveSeconds: try object.count("keepalive_sec"),
            region: try object.string("region"))
        guard maxStreams > 0, maxPayload >= FrameLimits.earlyPayload, initialWindow >= FrameLimits.earlyStreamData,
            keepaliveSeconds > 0
        else { throw TunnelError(.badFrame, "auth_result grants less than the protocol's least") }
        resumeToken = try object.optionalString("resume_token")
        pad = try object.optionalString("pad")
        if object.contains("resumed") { try readResume(object) }
        guard object.contains("credentials") else { return }
        let issued = try object.object("credentials")
        credentials = DeviceCredentials(
            accessToken: try issued.string("access_token"), refreshToken: try issued.string("refresh_token"),
            expiresInSeconds: try issued.count("expires_in_sec"))
    }

    private mutating func readResume(_ object: JSONObject) throws(TunnelError) {
        let isResumed = try object.bool("resumed")
        resumed = isResumed
        guard isResumed else { return }
        if object.contains("last_stream_id") { lastStreamID = try object.offset("last_stream_id") }
        streams = try StreamOffset.list(object)
    }
}

extension AuthResult: Encodable {
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
        case resumed, streams
        case lastStreamID = "last_stream_id"
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
            try container.encodeIfPresent(grant.resumed, forKey: .resumed)
            if grant.resumed == true {
                try container.encodeIfPresent(grant.lastStreamID, forKey: .lastStreamID)
                try container.encode(grant.streams, forKey: .streams)
            }
            try container.encodeIfPresent(grant.credentials, forKey: .credentials)
            try container.encodeIfPresent(grant.pad, forKey: .pad)
        }
    }
}
