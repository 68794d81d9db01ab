import HTTVPSObservability
import HTTVPSProtocol
import NIOCore
import NIOPosix

final class ShadowsocksConnection: EgressConnection {
    private enum State {
        case dialing
        case waitingForData(ShadowsocksChannel)
        case established(ShadowsocksChannel)
        case closed
    }

    private static let room = 65_536

    private let egress: ShadowsocksEgress
    private let address: ByteBuffer
    private weak var consumer: (any EgressConsumer)?
    private var state = State.dialing
    private var tried: Set<String> = []
    private var hasAskedForAnother = false
    private var first = ByteBuffer()
    private var isFinishing = false
    private var openedAt = NIODeadline.now()

    init(target: TargetAddress, consumer: any EgressConsumer, egress: ShadowsocksEgress) {
        self.egress = egress
        self.consumer = consumer
        var address = ByteBuffer()
        address.writeSocksAddress(target)
        self.address = address
    }

    func start() { dialNext() }

    var isWritable: Bool {
        switch state {
        case .dialing, .waitingForData: first.readableBytes < Self.room
        case .established(let channel): channel.isWritable
        case .closed: true
        }
    }

    func send(_ data: ByteBuffer) {
        switch state {
        case .dialing, .waitingForData:
            if first.readableBytes == 0 { first = data } else { first.writeImmutableBuffer(data) }
        case .established(let channel): channel.send(data)
        case .closed: break
        }
    }

    func flush() {
        switch state {
        case .waitingForData(let channel) where first.readableBytes > 0: begin(channel)
        case .established(let channel): channel.flush()
        case .dialing, .waitingForData, .closed: break
        }
    }

    func finish() {
        isFinishing = true
        switch state {
        case .waitingForData(let channel): begin(channel)
        case .established(let channel): channel.finish()
        case .dialing, .closed: break
        }
    }

    func resume() {
        if case .established(let channel) = state { channel.resume() }
    }

    func close() {
        consumer = nil
        switch state {
        case .waitingForData(let channel), .established(let channel): channel.close()
        case .dialing, .closed: break
        }
        state = .closed
    }

    private func dialNext() {
        guard let node = egress.roster.next(excluding: tried) else { return askForAnother() }
        dial(node)
    }

    private func dial(_ node: AssignedNode) {
        tried.insert(node.nodeID)
        guard let consumer else { return }
        guard let route = egress.route(to: node) else { return failed(node.nodeID, .failed) }
        let handler = ShadowsocksChannel(
            route: route, settings: egress.settings, allocator: egress.allocator, consumer: consumer)
        let bound = NIOLoopBound(handler, eventLoop: egress.loop)
        let started = ContinuousClock.now
        connect(route) { channel in
            channel.eventLoop.makeCompletedFuture {
                try channel.pipeline.syncOperations.addHandler(bound.value)
            }
        }.assumeIsolated().whenComplete { result in
            switch result {
            case .success: self.connected(handler, route, after: ContinuousClock.now - started)
            case .failure(let error): self.failed(route.nodeID, Self.outcome(of: error))
            }
        }
    }

    private func connect(
        _ route: NodeRoute, _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: egress.loop)
            .connectTimeout(egress.settings.connectTimeout)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
            .channelOption(.maxMessagesPerRead, value: 4)
            .channelOption(.writeBufferWaterMark, value: .init(low: 131_072, high: 262_144))
            .channelInitializer(initializer)
        if let address = try? SocketAddress(ipAddress: route.host, port: route.port) {
            return bootstrap.connect(to: address)
        }
        return bootstrap.connect(host: route.host, port: route.port)
    }

    private static func outcome(of error: any Error) -> GatewayMetrics.ConnectOutcome {
        if case ChannelError.connectTimeout = error { .timedOut } else { .failed }
    }

    private func failed(_ nodeID: String, _ outcome: GatewayMetrics.ConnectOutcome) {
        egress.roster.failed(nodeID)
        egress.health.failed(nodeID)
        egress.metrics.nodeConnects[outcome].increment()
        if case .dialing = state { dialNext() }
    }

    private func askForAnother() {
        guard !hasAskedForAnother else { return giveUp() }
        hasAskedForAnother = true
        egress.roster.askForAnother(excluding: tried) { [weak self] node in
            guard let self, case .dialing = state else { return }
            if let node, !tried.contains(node.nodeID) { dial(node) } else { giveUp() }
        }
    }

    private func giveUp() {
        state = .closed
        first = ByteBuffer()
        consumer?.egressFailed(.egressUnavailable, "no node could be reached")
    }

    private func connected(_ channel: ShadowsocksChannel, _ route: NodeRoute, after duration: Duration) {
        egress.roster.reached(route.nodeID)
        egress.health.reached(route.nodeID, in: duration)
        egress.metrics.nodeConnects[.connected].increment()
        egress.metrics.nodeConnectSeconds.observe(duration)
        guard case .dialing = state else { return channel.close() }
        state = .waitingForData(channel)
        guard first.readableBytes == 0, !isFinishing else { return begin(channel) }
        egress.loop.assumeIsolated().scheduleTask(in: egress.settings.firstDataWait) { [weak self] in
            guard let self, case .waitingForData(let channel) = state else { return }
            begin(channel)
        }
    }

    private func begin(_ channel: ShadowsocksChannel) {
        state = .established(channel)
        let data = first
        first = ByteBuffer()
        guard channel.begin(address: address, data: data) else { return }
        consumer?.egressOpened()
        consumer?.egressWritabilityChanged()
        if isFinishing { channel.finish() }
    }
}
