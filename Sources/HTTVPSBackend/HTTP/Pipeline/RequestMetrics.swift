import HTTPTypes
import HTTVPSObservability

struct RequestMetrics: Sendable {
    private static let methods: Set<String> = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    private let requests: MetricVector<Counter>
    private let durations: MetricVector<Histogram>
    private let problems: MetricVector<Counter>
    private let rateLimited: MetricVector<Counter>
    let inFlight: Gauge

    init(registry: PrometheusRegistry) {
        requests = registry.counters(
            "httvps_backend_http_requests_total", help: "Requests answered by the backend.",
            labels: ["method", "route", "status"])
        durations = registry.histograms(
            "httvps_backend_http_request_duration_seconds", help: "Time taken to answer a request.",
            labels: ["method", "route"])
        problems = registry.counters(
            "httvps_backend_problems_total", help: "Requests answered with a problem, by its code.", labels: ["code"])
        rateLimited = registry.counters(
            "httvps_backend_rate_limited_total", help: "Requests refused for their rate, by kind of caller.",
            labels: ["caller"])
        inFlight = registry.gauge("httvps_backend_http_requests_in_flight", help: "Requests being answered.")
        for code in [ProblemCode.databaseUnavailable, .unauthenticated, .rateLimited] {
            _ = problems.with(code.rawValue)
        }
        for caller in CallerRole.allCases.map(\.rawValue) + ["none"] { _ = rateLimited.with(caller) }
    }

    func count(method: HTTPRequest.Method, _ outcome: RequestPipeline.Outcome, _ duration: Duration) {
        count(method: method, route: outcome.route, status: outcome.answer.status.code, duration)
        guard let code = outcome.code else { return }
        problems.with(code.rawValue).increment()
        if code == .rateLimited { rateLimited.with(outcome.caller.callerRole?.rawValue ?? "none").increment() }
    }

    private func count(method: HTTPRequest.Method, route: String, status: Int, _ duration: Duration) {
        let method = Self.methods.contains(method.rawValue) ? method.rawValue : "other"
        requests.with(method, route, String(status)).increment()
        durations.with(method, route).observe(duration)
    }
}
