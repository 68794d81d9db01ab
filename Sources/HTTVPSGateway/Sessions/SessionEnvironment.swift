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
    let health: NodeHealth
    let metrics: GatewayMetrics
    let logger: Logger
}
