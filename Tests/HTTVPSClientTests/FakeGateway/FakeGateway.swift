import HTTVPSProtocol
import NIOCore
import NIOPosix
import Synchronization

@testable import HTTVPSClient

final class FakeGateway: Sendable {
    struct Behaviour: Sendable {
        var refusal: String?
        var refusalByToken: [String: String] = [:]
        var renewalByToken: [String: DeviceCredentials] = [:]
        var capabilities: Capabilities = [.binary, .flowControl]
        var maxStreams = 256
        var initialWindow = 65_536
        var keepaliveSeconds = 25
        var resumeRefusal: String?
        var forgetsSessions = false
        var isMute = false
        var isFrozen = false
        var goesAwayAfterResume = false
        var cutsAfter: ClosedRange<Int>?
        var cutsLeft = 0
    }

    struct Ledger: Sendable {
        var hellos: [Hello] = []
        var opened: [TargetAddress] = []
        var received: [String: Int] = [:]
        var wrongBytes = 0
        var finished: Set<String> = []
        var closed: [String: StreamCloseReason] = [:]
        var pings = 0
        var early: [TargetAddress?] = []
        var padding: [Int] = []
        var resumed = 0
        var cuts = 0
    }

    let ledger = Mutex(Ledger())
    let eventLoop: any EventLoop
    let sessions: NIOLoopBoundBox<[String: FakeSession]>
    private let behaviour: Mutex<Behaviour>
    private let children = Mutex<[any Channel]>([])
    private let channel: any Channel

    init(_ behaviour: Behaviour = Behaviour()) async throws {
        self.behaviour = Mutex(behaviour)
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        sessions = NIOLoopBoundBox.makeBoxSendingValue([:], eventLoop: eventLoop)
        let this = Mutex<FakeGateway?>(nil)
        channel = try await ServerBootstrap(group: eventLoop)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.writeBufferWaterMark, value: .init(low: 65_536, high: 131_072))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let gateway = this.withLock({ $0 }) else { return }
                    gateway.children.withLock { $0.append(channel) }
                    if gateway.current.isFrozen {
                        try channel.syncOptions?.setOption(ChannelOptions.autoRead, value: false)
                    }
                    try channel.pipeline.syncOperations.addHandler(FakeGatewayHandler(gateway))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        this.withLock { $0 = self }
    }

    var address: GatewayAddress {
        GatewayAddress(host: "127.0.0.1", port: channel.localAddress?.port ?? 0, path: "/ws", isSecure: false)
    }

    var current: Behaviour { behaviour.withLock { $0 } }

    func change(_ edit: (inout Behaviour) -> Void) { behaviour.withLock { edit(&$0) } }

    func nextCut() -> Int? {
        behaviour.withLock { behaviour in
            guard let range = behaviour.cutsAfter, behaviour.cutsLeft > 0 else { return nil }
            behaviour.cutsLeft -= 1
            return Int.random(in: range)
        }
    }

    func dropConnections() {
        for child in children.withLock({ $0 }) { child.close(promise: nil) }
        children.withLock { $0.removeAll() }
    }

    func freeze() {
        change { $0.isFrozen = true }
        setAutoRead(false)
    }

    func thaw() {
        change { $0.isFrozen = false }
        setAutoRead(true)
    }

    func deafen() async {
        for child in children.withLock({ $0 }) {
            try? await child.setOption(ChannelOptions.autoRead, value: false).get()
        }
    }

    private func setAutoRead(_ value: Bool) {
        for child in children.withLock({ $0 }) { _ = child.setOption(ChannelOptions.autoRead, value: value) }
    }

    func stopListening() async throws {
        try await channel.close()
        dropConnections()
    }

    func send(_ frame: Frame) {
        for child in children.withLock({ $0 }) { child.pipeline.fireUserInboundEventTriggered(frame) }
    }

    func close() async throws {
        dropConnections()
        try? await channel.close()
    }

    func configuration() -> TunnelConfiguration {
        var configuration = TunnelConfiguration(gateways: [address], deviceID: "dev_1", token: "token")
        configuration.reconnectPauses = .milliseconds(1)...(.milliseconds(20))
        configuration.openTimeout = .seconds(60)
        configuration.connectTimeout = .seconds(60)
        return configuration
    }
}

extension FakeGateway.Behaviour {
    static let resuming = FakeGateway.Behaviour(capabilities: [.binary, .flowControl, .padding, .resume])
}
