import HTTPTypes
import HTTVPSConfiguration
import HTTVPSObservability
import Hummingbird
import Logging
import NIOCore

enum MetricsListener {
    static func application(
        registry: PrometheusRegistry, address: ListenAddress, logger: Logger
    ) -> Application<RouterResponder<BasicRequestContext>> {
        let router = Router()
        router.get("/metrics") { request, _ in
            let format = PrometheusText.Format(accept: request.headers[.accept])
            return Response(
                status: .ok, headers: [.contentType: format.contentType, .cacheControl: "no-store"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: PrometheusText.render(registry, as: format))))
        }
        return Application(
            responder: router.buildResponder(),
            server: .http1(configuration: .init(additionalChannelHandlers: [RequestDeadlines()])),
            configuration: ApplicationConfiguration(
                address: .hostname(address.host, port: address.port), serverName: nil),
            logger: logger)
    }
}
