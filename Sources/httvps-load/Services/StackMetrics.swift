import HTTVPSObservability
import HTTVPSProtocol

struct StackMetrics: Sendable {
    private static let resident = "process_resident_memory_bytes"

    let http: HTTPDesk
    let stack: StackAddress

    struct Reading: Sendable {
        var gateway: MetricsPage
        var backend: MetricsPage
        var loadMemory: Double

        var memory: [Service: Double] {
            [
                .gateway: gateway.value(StackMetrics.resident) ?? 0,
                .backend: backend.value(StackMetrics.resident) ?? 0, .load: loadMemory,
            ]
        }

        var sessions: Int { Int(gateway.value("httvps_gateway_sessions_active") ?? 0) }

        var validations: HistogramCounts {
            backend.histogram(
                "httvps_backend_http_request_duration_seconds", ["route": ControlPlanePath.validateDevice])
        }

        var handshakes: HistogramCounts { gateway.histogram("httvps_gateway_handshake_seconds") }
    }

    func read() async throws(LoadError) -> Reading {
        Reading(
            gateway: try await http.page(stack.gatewayMetrics), backend: try await http.page(stack.backendMetrics),
            loadMemory: ProcessMetrics.residentBytes())
    }
}
