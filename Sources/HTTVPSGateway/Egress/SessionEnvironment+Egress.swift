import HTTVPSProtocol
import Logging
import NIOCore
import Tracing

extension SessionEnvironment {
    private static let mostKeptData = 65_536

    func makeEgress(
        for hello: Hello, _ response: ValidateDeviceResponse, loop: any EventLoop, logger: Logger,
        trace: ServiceContext?
    ) -> any Egress {
        let inner: any Egress =
            switch egress.kind {
            case .echo: EchoEgress(maxPayload: policy.maxPayload, allocator: ByteBufferAllocator())
            case .shadowsocks: makeShadowsocksEgress(for: hello, response, loop: loop, logger: logger, trace: trace)
            }
        return GuardedEgress(inner, fanOutPerMinute: egress.fanOutPerMinute, denials: metrics.targetsDenied)
    }

    private func makeShadowsocksEgress(
        for hello: Hello, _ response: ValidateDeviceResponse, loop: any EventLoop, logger: Logger,
        trace: ServiceContext?
    ) -> ShadowsocksEgress {
        let request = AssignOutlineRequest(
            deviceID: response.deviceID, sessionID: response.sessionID, regionCode: hello.region, exclude: [])
        let roster = NodeRoster(
            nodes: response.nodes, request: request, controlPlane: controlPlane, connections: nodes, loop: loop,
            logger: logger, trace: trace)
        var settings = ShadowsocksEgress.Settings(
            maxPayload: policy.maxPayload, keptData: min(Self.mostKeptData, policy.initialWindow / 4))
        settings.answerPatience = TimeAmount(egress.answerPatience)
        return ShadowsocksEgress(settings: settings, roster: roster, connections: nodes, loop: loop)
    }
}
