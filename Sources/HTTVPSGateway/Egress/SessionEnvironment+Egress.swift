import HTTVPSProtocol
import Logging
import NIOCore

extension SessionEnvironment {
    func makeEgress(
        for hello: Hello, _ response: ValidateDeviceResponse, loop: any EventLoop, logger: Logger
    ) -> any Egress {
        switch egress.kind {
        case .echo:
            return GuardedEgress(
                EchoEgress(maxPayload: policy.maxPayload, allocator: ByteBufferAllocator()),
                fanOutPerMinute: egress.fanOutPerMinute, denials: metrics.targetsDenied)
        case .shadowsocks:
            let request = AssignOutlineRequest(
                deviceID: response.deviceID, sessionID: response.sessionID, regionCode: hello.region, exclude: [])
            let roster = NodeRoster(
                nodes: response.nodes, request: request, controlPlane: controlPlane, loop: loop, logger: logger)
            let settings = ShadowsocksEgress.Settings(
                connectTimeout: TimeAmount(egress.connectTimeout), maxPayload: policy.maxPayload)
            targets.protect(hosts: response.nodes.map(\.host))
            return GuardedEgress(
                ShadowsocksEgress(settings: settings, roster: roster, health: health, metrics: metrics, loop: loop),
                fanOutPerMinute: egress.fanOutPerMinute, denials: metrics.targetsDenied)
        }
    }
}
