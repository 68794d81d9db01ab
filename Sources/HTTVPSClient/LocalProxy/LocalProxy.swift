import HTTVPSProtocol
import NIOCore
import NIOPosix

/// A proxy on this machine whose connections go through the tunnel.
public final class LocalProxy: Sendable {
    /// What a local proxy speaks.
    public enum Kind: String, Sendable {
        /// SOCKS5 with CONNECT and UDP ASSOCIATE; names are resolved at the far end.
        case socks5
        /// HTTP with CONNECT, and plain requests with an absolute `http://` address.
        case http

        func negotiation(_ credentials: LocalProxyCredentials?) -> any ProxyNegotiation {
            switch self {
            case .socks5: SocksNegotiation(credentials: credentials)
            case .http: HTTPProxyNegotiation(credentials: credentials)
            }
        }
    }

    /// What this proxy speaks.
    public let kind: Kind
    /// The port on which it listens.
    public let port: Int
    private let channel: any Channel

    init(kind: Kind, channel: any Channel) {
        self.kind = kind
        self.channel = channel
        port = channel.localAddress?.port ?? 0
    }

    /// Stops listening; open connections live on.
    public func close() async throws { try await channel.close() }
}

extension Tunnel {
    private static let receiveSize = 65_536
    private static let receiveBuffer = 524_288

    /// Starts a local proxy on an address of this machine. With `repliesAtOnce` an application hears of success before
    /// the far end does; without, the answer waits for the far end and names its failure.
    public func startProxy(
        _ kind: LocalProxy.Kind, host: String = "127.0.0.1", port: Int, repliesAtOnce: Bool = true
    ) async throws -> LocalProxy {
        var configuration = LocalProxyConfiguration(kind, port: port)
        configuration.host = host
        configuration.repliesAtOnce = repliesAtOnce
        return try await startProxy(configuration)
    }

    /// Starts a local proxy. It refuses to listen where other machines reach it unless they need a password or that is
    /// allowed explicitly.
    public func startProxy(_ proxy: LocalProxyConfiguration) async throws -> LocalProxy {
        try proxy.validate()
        let switchboard = switchboard
        let timeout = TimeAmount(configuration.openTimeout)
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(ChannelOptions.backlog, value: 1_024)
            .serverChannelOption(ChannelOptions.socketOption(.so_rcvbuf), value: Self.receiveBuffer)
            .serverChannelOption(ChannelOptions.maxMessagesPerRead, value: 1)
            .serverChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(ConnectionCap(maximum: proxy.maximumConnections))
                }
            }
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelOption(ChannelOptions.maxMessagesPerRead, value: 2)
            .childChannelOption(
                ChannelOptions.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.receiveSize)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        LocalRelay(proxy, switchboard: switchboard.value, timeout: timeout))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: proxy.host, port: proxy.port).get()
            return LocalProxy(kind: proxy.kind, channel: channel)
        } catch {
            let message = "cannot listen on \(proxy.host):\(proxy.port): \(ConnectFailure.sentence(error))"
            throw ClientError(.configuration, message, cause: error)
        }
    }
}
