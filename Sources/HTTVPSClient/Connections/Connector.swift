import HTTVPSProtocol
import NIOCore
import NIOPosix
import NIOSSL

struct Connector: Sendable {
    static let receiveSize = 262_144
    static let writeBufferWaterMark = ChannelOptions.Types.WriteBufferWaterMark(low: 131_072, high: 524_288)

    let eventLoop: any EventLoop
    private let preference: CarrierPreference
    private let limits: ConnectLimits
    private let request: BrowserRequest
    private let eitherTLS: NIOSSLContext
    private let http1TLS: NIOSSLContext
    private let memory: NIOLoopBoundBox<CarrierMemory>

    init(configuration: TunnelConfiguration, eventLoop: any EventLoop, limits: ConnectLimits? = nil) throws(ClientError)
    {
        self.eventLoop = eventLoop
        preference = configuration.carrier
        self.limits = limits ?? ConnectLimits(each: TimeAmount(configuration.connectTimeout))
        request = BrowserRequest(deviceID: configuration.deviceID)
        eitherTLS = try Self.context(configuration, ["h2", "http/1.1"])
        http1TLS = try Self.context(configuration, ["http/1.1"])
        memory = NIOLoopBoundBox.makeBoxSendingValue(CarrierMemory(), eventLoop: eventLoop)
    }

    private static func context(
        _ configuration: TunnelConfiguration, _ protocols: [String]
    ) throws(ClientError) -> NIOSSLContext {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.minimumTLSVersion = .tlsv12
        settings.applicationProtocols = protocols
        if let file = configuration.certificateAuthorityFile { settings.trustRoots = .file(file) }
        do {
            return try NIOSSLContext(configuration: settings)
        } catch {
            let file = configuration.certificateAuthorityFile ?? "the system's store"
            throw ClientError(.configuration, "no certificate authority could be read from \(file)", cause: error)
        }
    }

    func open(_ gateway: GatewayAddress) -> EventLoopFuture<OpenedCarrier> { open(gateway, carrier: preference) }

    func open(_ gateway: GatewayAddress, carrier: CarrierPreference) -> EventLoopFuture<OpenedCarrier> {
        eventLoop.flatSubmit {
            let offer = memory.value.offer(carrier, to: gateway, now: eventLoop.now)
            return attempt(gateway, offer).flatMapError { error in
                guard offer == .either, let failure = error as? CarrierFailure, failure.allowsHTTP1 else {
                    return eventLoop.makeFailedFuture(error)
                }
                return attempt(gateway, .http1).map { carrier in
                    memory.value.fellBack(on: gateway, now: eventLoop.now)
                    return carrier
                }
            }
        }.flatMapErrorThrowing { error in
            let sentence = (error as? CarrierFailure)?.message ?? ConnectFailure.sentence(error)
            throw ClientError(.unreachable, "the gateway \(gateway) cannot be reached: \(sentence)", cause: error)
        }
    }

    private func attempt(_ gateway: GatewayAddress, _ offer: CarrierMemory.Offer) -> EventLoopFuture<OpenedCarrier> {
        let start = eventLoop.now
        return ClientBootstrap(group: eventLoop)
            .connectTimeout(limits.connect)
            .channelOption(ChannelOptions.tcpOption(.tcp_nodelay), value: 1)
            .channelOption(ChannelOptions.writeBufferWaterMark, value: Self.writeBufferWaterMark)
            .channelOption(
                ChannelOptions.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: Self.receiveSize)
            )
            .connect(host: gateway.host, port: gateway.port)
            .flatMapErrorThrowing { error in
                let message = ConnectFailure.sentence(error)
                throw CarrierFailure(phase: .connect, fault: .unreachable, message: message, cause: error)
            }
            .flatMap { channel in
                let attempt = CarrierAttempt(
                    gateway: gateway, request: request, channel: channel, limits: limits, start: start)
                do {
                    try prepare(channel, attempt, offer)
                } catch {
                    attempt.fail(error)
                }
                return attempt.opened.futureResult
            }
    }

    private func prepare(_ channel: any Channel, _ attempt: CarrierAttempt, _ offer: CarrierMemory.Offer) throws {
        guard attempt.gateway.isSecure else { return try HTTPUpgrade.add(to: channel, attempt) }
        let isAddress = (try? SocketAddress(ipAddress: attempt.gateway.host, port: attempt.gateway.port)) != nil
        let tls = try NIOSSLClientHandler(
            context: offer == .http1 ? http1TLS : eitherTLS, serverHostname: isAddress ? nil : attempt.gateway.host)
        try channel.pipeline.syncOperations.addHandlers(
            tls, CarrierNegotiation(attempt, needsHTTP2: offer == .http2))
    }
}
