import HTTVPSObservability

struct CredentialMetrics: Sendable {
    let signIns: MetricVector<Counter>
    let refreshes: MetricVector<Counter>
    let enrollments: MetricVector<Counter>

    init(registry: PrometheusRegistry) {
        signIns = registry.counters(
            "httvps_backend_sign_ins_total", help: "Sign-ins of administrators by outcome.", labels: ["outcome"])
        refreshes = registry.counters(
            "httvps_backend_token_refreshes_total", help: "Refresh tokens presented, by outcome.", labels: ["outcome"])
        enrollments = registry.counters(
            "httvps_backend_enrollments_total", help: "Enrolment codes presented, by outcome.", labels: ["outcome"])
        for outcome in ["accepted", ProblemCode.invalidCredentials.rawValue, ProblemCode.tooManyAttempts.rawValue] {
            _ = signIns.with(outcome)
        }
        for outcome in ["accepted", ProblemCode.invalidToken.rawValue] { _ = refreshes.with(outcome) }
        for outcome in ["accepted", ProblemCode.invalidEnrollmentCode.rawValue] { _ = enrollments.with(outcome) }
    }
}

extension MetricVector where Metric == Counter {
    func countingOutcome<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            let value = try await body()
            with("accepted").increment()
            return value
        } catch {
            with(ProblemError.describing(error).code.rawValue).increment()
            throw error
        }
    }
}
