public import Foundation

/// What a device keeps between two runs: who it is, how it proves that, and where it connects to.
public struct DeviceProfile: Codable, Equatable, Sendable {
    /// A gateway to try, as the backend named it.
    public struct Gateway: Codable, Hashable, Sendable {
        /// Its address, `wss://host:port/path`.
        public var url: String
        /// The region that it serves, where it is known.
        public var region: String?

        /// Names a gateway.
        public init(url: String, region: String? = nil) {
            self.url = url
            self.region = region
        }
    }

    /// The device's identifier, `dev_…`.
    public var deviceID: String
    /// The token that opens sessions, good until ``accessExpiresAt``.
    public var accessToken: String
    /// When the access token ends, by this machine's clock.
    public var accessExpiresAt: Date
    /// The token that renews both, `hvr_…`.
    public var refreshToken: String
    /// The gateways to try, in this order.
    public var gateways: [Gateway]
    /// A PEM file with the authorities to trust instead of the system's, if any.
    public var certificateAuthorityFile: String?
    /// The backend that enrolled the device.
    public var backend: String?

    /// Describes an enrolled device.
    public init(
        deviceID: String, accessToken: String, accessExpiresAt: Date, refreshToken: String, gateways: [Gateway],
        certificateAuthorityFile: String? = nil, backend: String? = nil
    ) {
        self.deviceID = deviceID
        self.accessToken = accessToken
        self.accessExpiresAt = accessExpiresAt
        self.refreshToken = refreshToken
        self.gateways = gateways
        self.certificateAuthorityFile = certificateAuthorityFile
        self.backend = backend
    }

    enum CodingKeys: String, CodingKey {
        case gateways, backend
        case deviceID = "device_id"
        case accessToken = "access_token"
        case accessExpiresAt = "access_expires_at"
        case refreshToken = "refresh_token"
        case certificateAuthorityFile = "ca_cert"
    }

    func renewed(accessToken: String, refreshToken: String, lifetime: Int, at now: Date) -> DeviceProfile {
        var profile = self
        profile.accessToken = accessToken
        profile.refreshToken = refreshToken
        profile.accessExpiresAt = now.addingTimeInterval(TimeInterval(lifetime))
        return profile
    }
}

extension DeviceProfile: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    /// The device's identifier; never a token.
    public var description: String { "device \(deviceID)" }

    /// The device's identifier; never a token.
    public var debugDescription: String { description }

    /// Shows no token to those who dump values.
    public var customMirror: Mirror { Mirror(self, children: ["deviceID": deviceID]) }
}
