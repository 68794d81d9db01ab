import Glibc
import HTTVPSConfiguration
import HTTVPSObservability
import Logging
import NIOCore
import NIOPosix
import NIOSSL
import ServiceLifecycle

struct GatewayListener: Service, CustomStringConvertible {
    private static let farewellPatience = Duration.milliseconds(2_500)
    private static let connectionsBesideSessions = 10_000

    private let configuration: ListenerConfiguration
    private let environment: SessionEnvironment
    private let front: Front
    private let group: any EventLoopGroup
    private let sessions: ConnectionSet
    private let visitors: ConnectionSet
    private let logger: Logger
    private let onBound: @Sendable (Int) -> Void

    var description: String { "GatewayListener" }

    init(
        configuration: ListenerConfiguration, certificate: ServerCertificate, environment: SessionEnvironment,
        maxSessions: Int,
        group: any EventLoopGroup, logger: Logger, onBound: @escaping @Sendable (Int) -> Void
    ) {
        self.configuration = configuration
        self.environment = environment
        self.group = group
        self.logger = logger
        self.onBound = onBound
        sessions = ConnectionSet(capacity: .max)
        visitors = ConnectionSet(capacity: maxSessions + Self.connectionsBesideSessions)
        front = Front(
            path: configuration.webSocketPath, site: Self.site(configuration, environment.metrics),
            limits: HTTP2Limits(),
            trust: configuration.trust, addresses: AddressLimit(capacity: configuration.maxConnectionsPerAddress),
            newcomers: AddressLimit(capacity: configuration.maxConnectionsPerAddress),
            tls: { certificate.context }, environment: environment, sessions: sessions)
    }

    func run() async throws {
        let listener = try await bind()
        let port = listener.localAddress?.port ?? configuration.address.port
        logger.info("listening", metadata: .fields([.address: .string("\(configuration.address.host):\(port)")]))
        onBound(port)
        do {
            try await gracefulShutdown()
            logger.info("draining", metadata: .fields([.count: .number(environment.table.count)]))
            visitors.quiesce()
            await environment.table.drain()
            await sessions.waitUntilEmpty(atMost: Self.farewellPatience)
        } catch {
            logger.warning("ending at once", metadata: .fields([.count: .number(environment.table.count)]))
        }
        try? await listener.close()
        visitors.closeAll()
        await visitors.waitUntilEmpty(atMost: Self.farewellPatience)
    }

    private static func site(_ configuration: ListenerConfiguration, _ metrics: GatewayMetrics) -> any Site {
        guard let upstream = configuration.decoyUpstream else {
            return StaticSite(directory: configuration.decoyDirectory) { metrics.limits[.requestBody].increment() }
        }
        return ReverseProxy(host: upstream.host, port: upstream.port)
    }

    private func bind() async throws -> any Channel {
        do {
            return try await bootstrap()
                .bind(host: configuration.address.host, port: configuration.address.port).get()
        } catch {
            throw ListenerError(.cannotBind, "the address \(configuration.address) cannot be bound", cause: error)
        }
    }

    private func bootstrap() -> ServerBootstrap {
        ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 1_024)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.socketOption(.so_keepalive), value: 1)
            .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPIDLE)), value: 60)
            .childChannelOption(.tcpOption(.init(rawValue: TCP_KEEPINTVL)), value: 15)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelOption(.recvAllocator, value: ReceiveBuffers.growing)
            .childChannelOption(.maxMessagesPerRead, value: 4)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: 262_144, high: 524_288))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let metrics = environment.metrics
                    guard visitors.add(channel) else {
                        metrics.limits[.connections].increment()
                        metrics.connections.outcomes[.refused].increment()
                        return channel.close(promise: nil)
                    }
                    metrics.connections.open.increment()
                    channel.closeFuture.whenComplete { _ in metrics.connections.open.decrement() }
                    metrics.connections.outcomes[.accepted].increment()
                    try front.prepare(channel)
                }
            }
    }
}
