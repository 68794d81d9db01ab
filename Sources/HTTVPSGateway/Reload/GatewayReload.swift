package import HTTVPSConfiguration
package import HTTVPSObservability

package struct GatewayReload: Sendable {
    package typealias Outcome = Result<GatewayConfiguration, ConfigurationError>

    package var load: (@Sendable () -> Outcome)?
    package var threshold: LogThreshold?

    package init(load: (@Sendable () -> Outcome)? = nil, threshold: LogThreshold? = nil) {
        self.load = load
        self.threshold = threshold
    }
}
