package import HTTVPSConfiguration

package struct GatewayReload: Sendable {
    package typealias Outcome = Result<GatewayConfiguration, ConfigurationError>

    package var load: (@Sendable () -> Outcome)?
    package var onReplaced: @Sendable (GatewayConfiguration) -> Void

    package init(
        load: (@Sendable () -> Outcome)? = nil,
        onReplaced: @escaping @Sendable (GatewayConfiguration) -> Void = { _ in }
    ) {
        self.load = load
        self.onReplaced = onReplaced
    }
}
