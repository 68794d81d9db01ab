import HTTVPSObservability
import NIOCore
import NIOHTTP2
import NIOSSL

struct Front: Sendable {
    private static let tlsTimeout = TimeAmount.seconds(15)

    let path: String?
    let site: any Site
    let limits: HTTP2Limits
    let trust: ProxyTrust
    let addresses: AddressLimit
    let tls: @Sendable () -> NIOSSLContext
    let environment: SessionEnvironment
    let sessions: ConnectionSet

    private var handshakeTimeout: TimeAmount { environment.settings.handshakeTimeout }

    func prepare(_ channel: any Channel) throws {
        guard let text = channel.remoteAddress?.ipAddress else { return channel.close(promise: nil) }
        let peer = AddressBlock.Address(text)?.description ?? text
        let acceptedAt = NIODeadline.now()
        let isTrusted = trust.includes(peer)
        switch trust.mode {
        case .off: try begin(channel, peer, acceptedAt)
        case .optional where !isTrusted: try begin(channel, peer, acceptedAt)
        case .required where !isTrusted: refuse(channel, .proxyHeader)
        case .optional, .required:
            let handler = ProxyHeaderHandler(
                isRequired: trust.mode == .required, timeout: Self.tlsTimeout,
                refuse: { refuse(channel, .proxyHeader) }
            ) { source in try begin(channel, source ?? peer, acceptedAt) }
            try channel.pipeline.syncOperations.addHandler(handler)
        }
    }

    private func begin(_ channel: any Channel, _ address: String, _ acceptedAt: NIODeadline) throws {
        guard trust.includes(address) || addresses.admit(channel, from: address) else {
            return refuse(channel, .connectionsPerAddress)
        }
        let end = TransportEnd()
        let selector = CarrierSelector(
            timeout: Self.tlsTimeout, onTimeout: { refuse(channel, .tlsHandshake) }
        ) { context, isHTTP2 in
            if isHTTP2 {
                end.endsBothWays = true
                try http2(context.channel, address)
            } else {
                try http1(context.channel, address, acceptedAt, end)
            }
        }
        try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: tls()), end, selector)
    }

    private func refuse(_ channel: any Channel, _ limit: GatewayLimit) {
        environment.metrics.limits[limit].increment()
        channel.close(promise: nil)
    }

    private func http1(
        _ channel: any Channel, _ address: String, _ acceptedAt: NIODeadline, _ end: TransportEnd
    ) throws {
        let handler = HTTP1Handler(
            path: path, site: site, acceptedAt: acceptedAt, handshakeTimeout: handshakeTimeout
        ) { head, deadline in
            end.endsBothWays = true
            return session(on: channel, from: trust.client(behind: address, head.fields), until: deadline)
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func http2(_ channel: any Channel, _ address: String) throws {
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: limits.idleTimeout, maxAge: nil, maxGraceTime: nil, keepalive: nil))
        let faults = HTTP2Faults { [metrics = environment.metrics] error in
            if let limit = GatewayLimit(error) { metrics.limits[limit].increment() }
        }
        _ = try channel.pipeline.syncOperations.configureAsyncHTTP2Pipeline(
            mode: .server,
            streamDelegate: HTTP2StreamCount(
                faults: NIOLoopBound(faults, eventLoop: channel.eventLoop), management: management.http2StreamDelegate),
            frameDelegate: faults,
            configuration: .init(connection: limits.connection, stream: limits.stream)
        ) { stream in
            stream.eventLoop.makeCompletedFuture { try stream.pipeline.syncOperations.addHandler(selector(address)) }
        }
        try channel.pipeline.syncOperations.addHandlers(management, faults)
        management.channelActive(context: try channel.pipeline.syncOperations.context(handler: management))
    }

    private func selector(_ address: String) -> StreamSelector {
        StreamSelector(path: path, site: site) { head, stream in
            let client = trust.client(behind: address, head.fields)
            return session(on: stream, from: client, until: .now() + handshakeTimeout)
        }
    }

    private func session(
        on channel: any Channel, from address: String, until deadline: NIODeadline
    ) -> SessionHandler {
        _ = sessions.add(channel)
        return SessionHandler(environment: environment, handshakeDeadline: deadline, clientAddress: address)
    }
}
