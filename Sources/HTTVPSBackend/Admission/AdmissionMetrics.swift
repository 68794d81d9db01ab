import HTTVPSObservability

struct AdmissionMetrics: Sendable {
    private let verdicts: MetricVector<Counter>
    private let seconds: MetricVector<Histogram>

    init(registry: PrometheusRegistry) {
        verdicts = registry.counters(
            "httvps_backend_admissions_total", help: "Verdicts on devices, by outcome.", labels: ["outcome"])
        seconds = registry.histograms(
            "httvps_backend_admission_seconds", help: "Time to a verdict on a device, by whether there was one.",
            labels: ["outcome"])
        for outcome in ["allowed", "failed"] + AdmissionRefusal.allCases.map(\.rawValue) { _ = verdicts.with(outcome) }
        for outcome in ["allowed", "refused", "failed"] { _ = seconds.with(outcome) }
    }

    func allowed(_ duration: Duration) { count("allowed", as: "allowed", duration) }

    func refused(_ refusal: AdmissionRefusal, _ duration: Duration) { count(refusal.rawValue, as: "refused", duration) }

    func failed(_ duration: Duration) { count("failed", as: "failed", duration) }

    private func count(_ outcome: String, as kind: String, _ duration: Duration) {
        verdicts.with(outcome).increment()
        seconds.with(kind).observe(duration)
    }
}
