package struct ValidateDeviceRequest: Codable, Equatable, Sendable {
    package var deviceID: String
    package var token: String
    package var region: String?
    package var clientVersion: String?
    package var clientIP: String?

    package init(deviceID: String, token: String, region: String?, clientVersion: String?, clientIP: String?) {
        self.deviceID = deviceID
        self.token = token
        self.region = region
        self.clientVersion = clientVersion
        self.clientIP = clientIP
    }

    package enum CodingKeys: String, CodingKey {
        case deviceID = "device_id"
        case token, region
        case clientVersion = "client_version"
        case clientIP = "client_ip"
    }
}

package struct ValidateDeviceResponse: Codable, Equatable, Sendable {
    package var allowed: Bool
    package var sessionID: String
    package var userID: String
    package var deviceID: String
    package var subscriptionStatus: String
    package var expiresAt: String?
    package var limits: SessionLimits
    package var nodes: [AssignedNode]
    package var credentials: DeviceCredentials?

    package init(
        sessionID: String, userID: String, deviceID: String, subscriptionStatus: String, expiresAt: String?,
        limits: SessionLimits, nodes: [AssignedNode], credentials: DeviceCredentials?
    ) {
        allowed = true
        self.sessionID = sessionID
        self.userID = userID
        self.deviceID = deviceID
        self.subscriptionStatus = subscriptionStatus
        self.expiresAt = expiresAt
        self.limits = limits
        self.nodes = nodes
        self.credentials = credentials
    }

    package enum CodingKeys: String, CodingKey {
        case allowed, limits, nodes, credentials
        case sessionID = "session_id"
        case userID = "user_id"
        case deviceID = "device_id"
        case subscriptionStatus = "subscription_status"
        case expiresAt = "expires_at"
    }
}

package struct SessionLimits: Codable, Equatable, Sendable {
    package var maxStreams: Int
    package var maxSessions: Int
    package var rateBytesPerSecond: Int64?
    package var leaseBytes: Int64?
    package var leaseSeconds: Int

    package init(
        maxStreams: Int, maxSessions: Int, rateBytesPerSecond: Int64?, leaseBytes: Int64?, leaseSeconds: Int
    ) {
        self.maxStreams = maxStreams
        self.maxSessions = maxSessions
        self.rateBytesPerSecond = rateBytesPerSecond
        self.leaseBytes = leaseBytes
        self.leaseSeconds = leaseSeconds
    }

    package enum CodingKeys: String, CodingKey {
        case maxStreams = "max_streams"
        case maxSessions = "max_sessions"
        case rateBytesPerSecond = "rate_bytes_per_sec"
        case leaseBytes = "lease_bytes"
        case leaseSeconds = "lease_sec"
    }
}

package struct DeviceCredentials: Codable, Equatable, Sendable {
    package var accessToken: String
    package var refreshToken: String
    package var expiresInSeconds: Int

    package init(accessToken: String, refreshToken: String, expiresInSeconds: Int) {
        self.accessToken = accessToken
        self.refreshToken = refreshToken
        self.expiresInSeconds = expiresInSeconds
    }

    package enum CodingKeys: String, CodingKey {
        case accessToken = "access_token"
        case refreshToken = "refresh_token"
        case expiresInSeconds = "expires_in_sec"
    }
}
