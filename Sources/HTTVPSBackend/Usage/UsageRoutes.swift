import HTTPTypes
import HTTVPSObservability
import HTTVPSProtocol

struct UsageRoutes: Sendable {
    static let intervalSeconds = 10

    let service: UsageService
    let metrics: UsageMetrics

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, RoutePattern(ControlPlanePath.usageReport), body: .required, operation: Self.operation,
                respond: report)
        ]
    }

    @Sendable private func report(_ call: Call) async throws -> Answer {
        guard case .gateway(let gatewayID, let credential) = call.caller else {
            throw ProblemError(.forbidden, "Only a gateway reports usage.")
        }
        let submission = try Self.operation.submission(call)
        let (epoch, reports) = (submission.text("epoch") ?? "", submission.items("reports") ?? [])
        let outcome = try await service.report(
            epoch: epoch, reports: reports, gatewayID: gatewayID, credential: credential, at: call.now)
        for status in outcome.statuses { metrics.items.with(status.rawValue).increment() }
        metrics.bytes.increment(by: outcome.counted)
        return Answer(json: [
            "results": .array(zip(reports, outcome.statuses).map(Self.result)),
            "revoke": outcome.settlement.revoke, "leases": outcome.settlement.leases,
            "next_report_after_sec": .integer(Self.intervalSeconds),
        ])
    }

    private static func result(_ report: JSONValue, _ status: UsageLedger.Status) -> JSONValue {
        var sessionID = JSONValue.null
        var sequence = JSONValue.null
        if let text = report.object?["session_id"]?.text { sessionID = .string(text) }
        if case .number(let number) = report.object?["seq"] ?? .null, let value = number.integer {
            sequence = .integer(value)
        }
        return ["session_id": sessionID, "seq": sequence, "status": .string(status.rawValue)]
    }
}
