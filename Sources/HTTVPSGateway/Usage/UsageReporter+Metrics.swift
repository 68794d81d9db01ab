import HTTVPSObservability

extension UsageReporter {
    func register(on registry: PrometheusRegistry) {
        registry.gauge("httvps_gateway_usage_journal_sessions", help: "Sessions that the usage journal holds.") {
            [weak self] in Double(self?.journalSessions ?? 0)
        }
        registry.gauge(
            "httvps_gateway_usage_unreported_bytes",
            help: "Payload bytes counted that the backend has not accepted yet."
        ) { [weak self] in Double(self?.unreportedBytes ?? 0) }
        registry.gauge(
            "httvps_gateway_usage_oldest_report_age_seconds",
            help: "How long the oldest report without an answer has been waiting."
        ) { [weak self] in (self?.oldestReportAge ?? .zero) / .seconds(1) }
    }
}
