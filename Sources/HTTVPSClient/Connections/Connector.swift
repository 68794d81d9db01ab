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

    func open(_ gateway: GatewayAddress) -> EventLoopFuture<OpenedCarrier> {
        eventLoop.flatSubmit {
            let upgrades = NIOLoopBoundBox([ObjectIdentifier: EventLoopFuture<OpenedCarrier>](), eventLoop: eventLoop)
            return bootstrap(gateway, upgrades).connect(host: gateway.host, port: gateway.port)
                .flatMapError { error in
                    let sentence = "the gateway \(gateway) cannot be reached: \(ConnectFailure.sentence(error))"
                    return eventLoop.makeFailedFuture(ClientError(.unreachable, sentence, cause: error))
                }
                .flatMap { channel in
                    guard let opened = upgrades.value[ObjectIdentifier(channel)] else {
                        let message = "the connection to the gateway ended before it was used"
                        return eventLoop.makeFailedFuture(ClientError(.unreachable, message))
                    }
                    upgrades.value.removeAll()
                    return limit(opened, channel)
                }
        }
    }

    private func limit(
        _ opened: EventLoopFuture<OpenedCarrier>, _ channel: any Channel
    ) -> EventLoopFuture<OpenedCarrier> {
        let timer = eventLoop.scheduleTask(in: timeout) { channel.close(promise: nil) }
        opened.whenComplete { _ in timer.cancel() }
        return opened
    }

    private func bootstrap(
        _ gateway: GatewayAddress, _ upgrades: NIOLoopBoundBox<[ObjectIdentifier: EventLoopFuture<OpenedCarrier>]>
    ) -> ClientBootstrap {
        let tls = tls
        let start = eventLoop.now
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
                    let opened = channel.eventLoop.makePromise(of: OpenedCarrier.self)
                    upgrades.value[ObjectIdentifier(channel)] = opened.futureResult
                    try channel.pipeline.syncOperations.addHandler(
                        HTTPUpgrade(gateway: gateway, start: start, opened: opened))
                }
            }
    }
}
