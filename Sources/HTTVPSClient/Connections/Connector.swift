import HTTVPSProtocol
import NIOCore
import NIOPosix
import NIOSSL

struct Connector: Sendable {
    static let receiveSize = 262_144
    static let writeBufferWaterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 131_072, high: 524_288)

    let eventLoop: any EventLoop
    private let tls: NIOSSLContext
    private let timeout: TimeAmount

    init(configuration: TunnelConfiguration, eventLoop: any EventLoop) throws(ClientError) {
        self.eventLoop = eventLoop
        timeout = TimeAmount(configuration.connectTimeout)
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        settings.applicationProtocols = ["http/1.1"]
        if let file = configuration.certificateAuthorityFile { settings.trustRoots = .file(file) }
        do {
            tls = try NIOSSLContext(configuration: settings)
        } catch {
            let file = configuration.certificateAuthorityFile ?? "the system's store"
            throw ClientError(.configuration, "no certificate authority could be read from \(file)", cause: error)
        }
    }

    func connect(to gateway: GatewayAddress, hello: Hello) -> EventLoopFuture<NIOLoopBound<SessionHandler>> {
        eventLoop.flatSubmit {
            let attempts = NIOLoopBoundBox([ObjectIdentifier: SessionHandler](), eventLoop: eventLoop)
            return bootstrap(gateway, hello, attempts).connect(host: gateway.host, port: gateway.port)
                .flatMapThrowing { channel in
                    guard let handler = attempts.value[ObjectIdentifier(channel)] else {
                        throw ClientError(.unreachable, "the connection ended before it was used")
                    }
                    attempts.value.removeAll()
                    return NIOLoopBound(handler, eventLoop: channel.eventLoop)
                }
        }
    }

    private func bootstrap(
        _ gateway: GatewayAddress, _ hello: Hello, _ attempts: NIOLoopBoundBox<[ObjectIdentifier: SessionHandler]>
    ) -> ClientBootstrap {
        let tls = tls
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(timeout)
            .channelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(ChannelOptions.writeBufferWaterMark, value: Self.writeBufferWaterMark)
            .channelOption(
                ChannelOptions.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.receiveSize)
            )
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if gateway.isSecure {
                        let name = try? SocketAddress(ipAddress: gateway.host, port: gateway.port)
                        try channel.pipeline.syncOperations.addHandler(
                            NIOSSLClientHandler(context: tls, serverHostname: name == nil ? gateway.host : nil))
                    }
                    let handler = SessionHandler(gateway: gateway, hello: hello, eventLoop: channel.eventLoop)
                    attempts.value[ObjectIdentifier(channel)] = handler
                    try channel.pipeline.syncOperations.addHandler(handler)
                }
            }
    }

    func timeOut(_ session: NIOLoopBound<SessionHandler>) -> EventLoopFuture<SessionGrant> {
        eventLoop.flatSubmit {
            let handler = session.value
            let timer = handler.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
                handler.finish(.unreachable("the gateway did not answer in time"), closeCode: nil)
            }
            handler.verdict.futureResult.assumeIsolated().whenComplete { _ in timer.cancel() }
            return handler.verdict.futureResult
        }
    }
}
