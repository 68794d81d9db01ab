import HTTVPSProtocol
import NIOCore
import NIOPosix

/// A proxy on this machine whose connections go through the tunnel.
public final class LocalProxy: Sendable {
    /// What a local proxy speaks.
    public enum Kind: String, Sendable {
        /// SOCKS5 with CONNECT; names are resolved at the far end.
        case socks5
        /// HTTP with CONNECT, and plain requests with an absolute `http://` address.
        case http

        var negotiation: any ProxyNegotiation {
            switch self {
            case .socks5: SocksNegotiation()
            case .http: HTTPProxyNegotiation()
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

    /// Starts a local proxy. With `repliesAtOnce` an application hears of success before the far end does, and its
    /// first data travels right behind the request; without, the answer waits for the far end and names its failure.
    public func startProxy(
        _ kind: LocalProxy.Kind, host: String = "127.0.0.1", port: Int, repliesAtOnce: Bool = true
    ) async throws -> LocalProxy {
        let switchboard = switchboard
        let timeout = TimeAmount(configuration.openTimeout)
        let bootstrap = ServerBootstrap(group: eventLoop)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(ChannelOptions.backlog, value: 1_024)
            .serverChannelOption(ChannelOptions.socketOption(.so_rcvbuf), value: Self.receiveBuffer)
            .childChannelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelOption(ChannelOptions.maxMessagesPerRead, value: 2)
            .childChannelOption(
                ChannelOptions.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.receiveSize)
            )
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        LocalRelay(
                            negotiation: kind.negotiation, switchboard: switchboard.value, timeout: timeout,
                            repliesAtOnce: repliesAtOnce))
                }
            }
        do {
            let channel = try await bootstrap.bind(host: host, port: port).get()
            return LocalProxy(kind: kind, channel: channel)
        } catch {
            throw ClientError(.configuration, "cannot listen on \(host):\(port): \(error)", cause: error)
        }
    }
}
