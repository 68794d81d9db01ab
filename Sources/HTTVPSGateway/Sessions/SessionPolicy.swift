package import HTTVPSProtocol
package import NIOCore

package struct SessionPolicy: Sendable {
    package static let offered: Capabilities = [.binary, .flowControl, .datagram, .padding, .resume]

    private static let alphabet = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
    private static let streamsWithResume = 1_024

    private let configuration: SessionConfiguration
    private let region: String

    package init(configuration: SessionConfiguration, region: String) {
        self.configuration = configuration
        self.region = region
    }

    package var maxPayload: Int { configuration.maxPayload }

    package var initialWindow: Int { configuration.initialWindow }

    package var maxStreamWindow: Int { configuration.maxStreamWindow }

    package var sessionBuffer: Int { configuration.maxSessionBuffer }

    package var resumeWindow: TimeAmount { TimeAmount(configuration.resumeWindow) }

    package static func pad() -> String {
        String((0..<Int.random(in: 0...255)).map { _ in alphabet[Int.random(in: alphabet.indices)] })
    }

    package func grant(for hello: Hello, _ response: ValidateDeviceResponse) -> SessionGrant {
        let agreed = Self.offered.agreed(with: hello.capabilities)
        let most = agreed.contains(.resume) ? Self.streamsWithResume : .max
        var grant = SessionGrant(
            sessionID: response.sessionID, userID: response.userID,
            subscriptionStatus: response.subscriptionStatus,
            capabilities: agreed,
            maxStreams: max(1, min(configuration.maxStreams, response.limits.maxStreams, most)),
            maxPayload: configuration.maxPayload, initialWindow: configuration.initialWindow,
            keepaliveSeconds: max(1, Int(configuration.keepalive.components.seconds)),
            region: response.nodes.first?.region ?? hello.region ?? region)
        grant.credentials = response.credentials
        grant.resumed = hello.resume == nil ? nil : false
        grant.pad = Self.pad()
        return grant
    }
}
