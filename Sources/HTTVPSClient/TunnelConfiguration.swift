/// All that a tunnel needs to know before it connects.
public struct TunnelConfiguration: Sendable {
    /// The gateways to try, in this order.
    public var gateways: [GatewayAddress]
    /// The device's identifier, `dev_…`.
    public var deviceID: String
    /// The device's access token or refresh token; not read where ``credentials`` are given.
    public var token: String
    /// The file with the device's credentials, read before each new session and written before renewed ones are used.
    public var credentials: CredentialFile?
    /// A PEM file with the authorities to trust instead of the system's, if any.
    public var certificateAuthorityFile: String?
    /// Which carriers may be used: HTTP/2, HTTP/1.1, or the better one that works.
    public var carrier = CarrierPreference.auto
    /// What the client calls its own version.
    public var clientVersion = "0.1"
    /// The region to ask for, if any.
    public var region: String?
    /// How long each step of connecting may take: the TCP connection, TLS, the upgrade, the gateway's answer.
    public var connectTimeout: Duration = .seconds(10)
    /// How long a new stream waits for a session while there is none.
    public var openTimeout: Duration = .seconds(15)
    /// The shortest and the longest pause between two attempts to connect.
    public var reconnectPauses: ClosedRange<Duration> = .milliseconds(500)...(.seconds(30))
    /// How long a session whose connection is lost is tried to be resumed before its streams end.
    public var resumeWindow: Duration = .seconds(60)
    /// How long to try for the first session before giving up; for ever where `nil`. Later losses are always mended.
    public var firstSessionWithin: Duration?
    /// Called with a new access token and refresh token when the gateway renews them; keep them for the next start.
    public var credentialsRenewed: (@Sendable (_ accessToken: String, _ refreshToken: String) -> Void)?
    /// Called when renewed credentials could not be written to ``credentials``; the old ones stay good.
    public var credentialsNotKept: (@Sendable (ClientError) -> Void)?
    /// Whether the tunnel connects again by itself after a lost session.
    public var reconnects = true

    /// Describes a tunnel to the given gateways for one device.
    public init(gateways: [GatewayAddress], deviceID: String, token: String) {
        self.gateways = gateways
        self.deviceID = deviceID
        self.token = token
    }

    /// Describes a tunnel to the given gateways for a device whose credentials lie in a file.
    public init(gateways: [GatewayAddress], deviceID: String, credentials: CredentialFile) {
        self.init(gateways: gateways, deviceID: deviceID, token: "")
        self.credentials = credentials
    }

    func validate() throws(ClientError) {
        guard !gateways.isEmpty else { throw ClientError(.configuration, "no gateway is named") }
        guard !deviceID.isEmpty else { throw ClientError(.configuration, "the device id is empty") }
        guard credentials != nil || !token.isEmpty else {
            throw ClientError(.configuration, "the device's token is empty")
        }
    }
}
