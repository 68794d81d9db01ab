import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore

struct SessionEnvironment: Sendable {
    let policy: SessionPolicy
    let egress: EgressConfiguration
    let targets: TargetPolicy
    let admission: Admission
    let controlPlane: any ControlPlane
    let usage: UsageReporter
    let table: SessionTable
    let health: NodeHealth
    let metrics: GatewayMetrics
    let logger: Logger

    func makeEgress(
        for hello: Hello, _ response: ValidateDeviceResponse, loop: any EventLoop, logger: Logger
    ) -> any Egress {
        switch egress.kind {
        case .echo:
            return EchoEgress(maxPayload: policy.maxPayload, allocator: ByteBufferAllocator())
        case .shadowsocks:
            let request = AssignOutlineRequest(
                deviceID: response.deviceID, sessionID: response.sessionID, regionCode: hello.region, exclude: [])
            let roster = NodeRoster(
                nodes: response.nodes, request: request, controlPlane: controlPlane, loop: loop, logger: logger)
            let settings = ShadowsocksEgress.Settings(
                connectTimeout: TimeAmount(egress.connectTimeout), maxPayload: policy.maxPayload)
            return ShadowsocksEgress(settings: settings, roster: roster, health: health, metrics: metrics, loop: loop)
        }
    }
}
