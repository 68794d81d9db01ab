import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

struct SessionEnvironment: Sendable {
    let policy: SessionPolicy
    let egress: EgressConfiguration
    let targets: EgressGuard
    let admission: Admission
    let controlPlane: any ControlPlane
    let usage: UsageReporter
    let table: SessionTable
    let nodes: NodeConnections
    let memory: MemoryBudget
    let metrics: GatewayMetrics
    let logger: Logger

    var refusal: RefusalReason? {
        if let refusal = table.refusal {
            if refusal == .overloaded { metrics.limits[.sessions].increment() }
            return refusal
        }
        guard memory.isExceeded else { return nil }
        metrics.limits[.memoryBudget].increment()
        return .overloaded
    }
}
