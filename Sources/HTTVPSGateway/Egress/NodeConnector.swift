import HTTVPSObservability
import NIOCore
import NIOPosix

final class NodeConnector {
    typealias Done = (Result<NodeSocket, any Error>) -> Void

    fileprivate struct Address: Hashable {
        var host: String
        var port: Int
    }

    private final class Pool {
        let route: NodeRoute
        var plan = WarmPool()
        var sockets: [Int: NodeSocket] = [:]
        var users: [ObjectIdentifier: Weak] = [:]

        init(_ route: NodeRoute) { self.route = route }
    }

    private struct Weak { weak var user: ShadowsocksEgress? }

    private static let sweepPause = TimeAmount.milliseconds(500)

    private let loop: any EventLoop
    private let connections: NodeConnections
    private var pools: [Address: Pool] = [:]
    private var lastID = 0
    private var isSweeping = false

    init(loop: any EventLoop, connections: NodeConnections) {
        self.loop = loop
        self.connections = connections
    }

    func take(_ route: NodeRoute, for user: ShadowsocksEgress) -> NodeSocket? {
        guard connections.warmLimit > 0 else { return nil }
        let pool = pools[route.address] ?? Pool(route)
        pools[route.address] = pool
        pool.users[ObjectIdentifier(user)] = Weak(user: user)
        let taken = pool.plan.take(at: .now()).flatMap { pool.sockets.removeValue(forKey: $0) }
        if taken != nil { connections.releaseWarm() }
        connections.metrics.egress.warmTakes[taken == nil ? .miss : .hit].increment()
        replenish(pool)
        sweepLater()
        return taken
    }

    func distrust(_ route: NodeRoute) {
        connections.metrics.egress.warmTakes[.stale].increment()
        if let pool = pools[route.address] { drop(Array(pool.sockets.keys), of: pool) }
    }

    func dial(_ route: NodeRoute, _ done: @escaping Done) {
        let started = ContinuousClock.now
        connect(route).assumeIsolated().whenComplete { [connections] result in
            connections.dialled(route.nodeID, host: route.host, result, after: ContinuousClock.now - started)
            done(
                result.flatMap { channel in
                    Result { try channel.pipeline.syncOperations.handler(type: NodeSocket.self) }
                })
        }
    }

    private func connect(_ route: NodeRoute) -> EventLoopFuture<any Channel> {
        let bootstrap = ClientBootstrap(group: loop)
            .connectTimeout(connections.connectTimeout)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(.recvAllocator, value: ReceiveBuffers.growing)
            .channelOption(.maxMessagesPerRead, value: 4)
            .channelOption(.writeBufferWaterMark, value: .init(low: 131_072, high: 262_144))
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(NodeSocket())
                }
            }
        if let address = try? SocketAddress(ipAddress: route.host, port: route.port) {
            return bootstrap.connect(to: address)
        }
        return bootstrap.connect(host: route.host, port: route.port)
    }
}

extension NodeConnector {
    private func replenish(_ pool: Pool) {
        guard connections.health.standing(of: pool.route.nodeID) == .good else { return }
        for _ in 0..<pool.plan.wanted(at: .now()) {
            guard connections.reserveWarm() else { return }
            pool.plan.dialled()
            dial(pool.route) { result in self.dialled(result, for: pool) }
        }
    }

    private func dialled(_ result: Result<NodeSocket, any Error>, for pool: Pool) {
        guard case .success(let socket) = result else {
            pool.plan.failed(at: .now())
            return connections.releaseWarm()
        }
        lastID += 1
        let id = lastID
        pool.plan.connected(id, at: .now())
        pool.sockets[id] = socket
        socket.watch { [weak self, weak pool] in
            guard let self, let pool else { return }
            drop([id], of: pool)
        }
    }

    private func drop(_ ids: [Int], of pool: Pool) {
        for id in ids {
            guard let socket = pool.sockets.removeValue(forKey: id) else { continue }
            pool.plan.lost(id)
            connections.releaseWarm()
            socket.close()
        }
    }

    private func sweepLater() {
        guard !isSweeping else { return }
        isSweeping = true
        loop.assumeIsolated().scheduleTask(in: Self.sweepPause) { self.sweep() }
    }

    private func sweep() {
        isSweeping = false
        for (address, pool) in pools {
            pool.users = pool.users.filter { $0.value.user != nil }
            if pool.users.isEmpty {
                drop(Array(pool.sockets.keys), of: pool)
            } else {
                drop(pool.plan.surplus(at: .now()), of: pool)
                replenish(pool)
            }
            if pool.plan.isEmpty, pool.users.isEmpty || pool.plan.target(at: .now()) == 0 { pools[address] = nil }
        }
        if !pools.isEmpty { sweepLater() }
    }
}

extension NodeRoute {
    fileprivate var address: NodeConnector.Address { NodeConnector.Address(host: host, port: port) }
}
