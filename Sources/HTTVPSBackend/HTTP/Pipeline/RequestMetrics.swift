import HTTPTypes
import HTTVPSObservability

struct RequestMetrics: Sendable {
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private let requests: MetricVector<Counter>
    private let durations: MetricVector<Histogram>

    init(registry: PrometheusRegistry) {
        requests = registry.counters(
            "httvps_backend_http_requests_total", help: "Requests answered by the backend.",
            labels: ["method", "route", "status"])
        durations = registry.histograms(
            "httvps_backend_http_request_duration_seconds", help: "Time taken to answer a request.",
            labels: ["method", "route"])
    }

    func count(method: HTTPRequest.Method, route: String, status: Int, _ duration: Duration) {
        let method = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
        requests.with(method, route, String(status)).increment()
        durations.with(method, route).observe(duration)
    }
}
