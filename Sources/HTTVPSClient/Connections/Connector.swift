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
        let tls = tls
        let bootstrap = ClientBootstrap(group: eventLoop)
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
                    try channel.pipeline.syncOperations.addHandler(
                        SessionHandler(gateway: gateway, hello: hello, eventLoop: channel.eventLoop))
                }
            }
        return bootstrap.connect(host: gateway.host, port: gateway.port).flatMapThrowing { channel in
            let handler = try channel.pipeline.syncOperations.handler(type: SessionHandler.self)
            return NIOLoopBound(handler, eventLoop: channel.eventLoop)
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
