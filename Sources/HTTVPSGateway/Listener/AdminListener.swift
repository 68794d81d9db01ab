import HTTPTypes
import HTTVPSConfiguration
import HTTVPSObservability
package import Hummingbird
package import Logging
package import ServiceLifecycle

package struct AdminListener: Sendable {
    private let configuration: AdminConfiguration
    private let metrics: GatewayMetrics
    private let logger: Logger
    private let isReady: @Sendable () -> Bool

    package init(
        configuration: AdminConfiguration, metrics: GatewayMetrics, logger: Logger,
        isReady: @escaping @Sendable () -> Bool
    ) {
        self.configuration = configuration
        self.metrics = metrics
        self.logger = logger
        self.isReady = isReady
    }

    package func service(onBound: @escaping @Sendable (Int) -> Void = { _ in }) -> some Service {
        let address = configuration.address
        let site = Application(
            router: router(),
            configuration: .init(address: .hostname(address.host, port: address.port), serverName: nil),
            onServerRunning: { channel in onBound(channel.localAddress?.port ?? address.port) }, logger: logger)
        return AdminService(site: site, address: address)
    }

    package func router() -> Router<BasicRequestContext> {
        let router = Router()
        router.get("/livez") { _, _ in Self.status(ready: true) }
        router.get("/readyz") { [isReady] _, _ in Self.status(ready: isReady()) }
        if configuration.metricsEnabled {
            router.get(RouterPath(configuration.metricsPath)) { [metrics] request, _ in
                Self.page(metrics.registry, accept: request.headers[.accept])
            }
        }
        return router
    }

    private static func status(ready: Bool) -> Response {
        let text = ready ? #"{"status":"ok"}"# : #"{"status":"draining"}"#
        return Response(
            status: ready ? .ok : .serviceUnavailable, headers: [.contentType: "application/json"],
            body: .init(byteBuffer: .init(string: text)))
    }

    private static func page(_ registry: PrometheusRegistry, accept: String?) -> Response {
        let format = PrometheusText.Format(accept: accept)
        let text = PrometheusText.render(registry, as: format)
        return Response(
            status: .ok, headers: [.contentType: format.contentType], body: .init(byteBuffer: .init(string: text)))
    }
}
