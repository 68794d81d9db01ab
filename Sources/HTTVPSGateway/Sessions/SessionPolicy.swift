package import HTTVPSProtocol

package struct SessionPolicy: Sendable {
    package static let offered: Capabilities = [.binary, .flowControl]

    private let configuration: SessionConfiguration
    private let region: String

    package init(configuration: SessionConfiguration, region: String) {
        self.configuration = configuration
        self.region = region
    }

    package var maxPayload: Int { configuration.maxPayload }

    package func grant(for hello: Hello, _ response: ValidateDeviceResponse) -> SessionGrant {
        var grant = SessionGrant(
            sessionID: response.sessionID, userID: response.userID,
            subscriptionStatus: response.subscriptionStatus,
            capabilities: Self.offered.agreed(with: hello.capabilities),
            maxStreams: max(1, min(configuration.maxStreams, response.limits.maxStreams)),
            maxPayload: configuration.maxPayload, initialWindow: configuration.initialWindow,
            keepaliveSeconds: max(1, Int(configuration.keepalive.components.seconds)),
            region: response.nodes.first?.region ?? hello.region ?? region)
        grant.credentials = response.credentials
        return grant
    }
}
