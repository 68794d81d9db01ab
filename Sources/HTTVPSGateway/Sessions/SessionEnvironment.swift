import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

struct SessionEnvironment: Sendable {
    let settings: LiveSettings
    let targets: EgressGuard
    let admission: Admission
    let controlPlane: any ControlPlane
    let usage: UsageReporter
    let table: SessionTable
    let nodes: NodeConnections
    let memory: MemoryBudget
    let metrics: GatewayMetrics
    let logger: Logger
    var tracer: SpanTracer?

    var refusal: RefusalReason? {
        if let refusal = table.refusal {
            if refusal == .overloaded { metrics.limits[.sessions].increment() }
            return refusal
        }
        guard memory.isExceeded else { return nil }
        metrics.limits[.memoryBudget].increment()
        return .overloaded
    }

    func adopt(_ fresh: GatewayConfiguration) {
        targets.replaceRules(allowing: fresh.egress.allow, denying: fresh.egress.deny)
        table.limit(maxSessions: fresh.sessions.maxSessions, drainGrace: TimeAmount(fresh.sessions.drainGrace))
    }

    var policy: SessionPolicy { settings.policy }

    var egress: EgressConfiguration { settings.current.egress }
}
