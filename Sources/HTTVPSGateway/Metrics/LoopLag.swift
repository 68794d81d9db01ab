import HTTVPSObservability
import NIOCore
import ServiceLifecycle

struct LoopLag: Service, CustomStringConvertible {
    private static let pause = Duration.milliseconds(500)

    private let loops: [any EventLoop]
    private let lag: Histogram

    init(group: any EventLoopGroup, registry: PrometheusRegistry) {
        loops = Array(group.makeIterator())
        lag = registry.histogram(
            "httvps_gateway_event_loop_lag_seconds", help: "How long event loops let work wait that was ready.")
    }

    var description: String { "LoopLag" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for loop in loops { measure(loop) }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func measure(_ loop: any EventLoop) {
        let ready = NIODeadline.now()
        loop.execute { [lag] in lag.observe(.nanoseconds((NIODeadline.now() - ready).nanoseconds)) }
    }
}
