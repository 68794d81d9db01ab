import HTTVPSObservability
import HTTVPSTestSupport
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle
import Testing

@testable import HTTVPSGateway

@Suite("The lag of the event loops")
struct LoopLagTests {
    @Test("Each loop is measured while the service runs, and no longer")
    func lag() async throws {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let registry = PrometheusRegistry()
        let services = ServiceGroup(
            services: [LoopLag(group: group, registry: registry)], logger: Logger(label: "t"))
        let running = Task { try await services.run() }
        #expect(
            try await Poll.until(within: .seconds(20)) {
                PrometheusText.render(registry).contains(/lag_seconds_count [2-9]/)
            })
        await services.triggerGracefulShutdown()
        try await running.value
        try await group.shutdownGracefully()
    }
}
