package import HTTVPSObservability

package struct BackendReload: Sendable {
    package var load: @Sendable () throws -> BackendConfiguration
    package var threshold: LogThreshold

    package init(threshold: LogThreshold, load: @escaping @Sendable () throws -> BackendConfiguration) {
        self.threshold = threshold
        self.load = load
    }
}
