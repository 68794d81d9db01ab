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
    let newcomers: AddressLimit
    let tls: @Sendable () -> NIOSSLContext
    let environment: SessionEnvironment
    let sessions: ConnectionSet

    private var handshakeTimeout: TimeAmount { environment.settings.handshakeTimeout }

    func prepare(_ channel: any Channel) throws {
        guard let text = channel.remoteAddress?.ipAddress else { return channel.close(promise: nil) }
        try channel.pipeline.syncOperations.addHandler(AfterRead())
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
        if !trust.includes(address) {
            guard let place = addresses.admit(address) else { return refuse(channel, .connectionsPerAddress) }
            channel.closeFuture.whenComplete { _ in place.leave() }
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
        let newcomers = Newcomers(perConnection: 1, everywhere: newcomers)
        let handler = HTTP1Handler(
            path: path, site: site, acceptedAt: acceptedAt, handshakeTimeout: handshakeTimeout
        ) { head, deadline in
            let session = session(head, on: channel, from: address, newcomers, until: deadline)
            if session != nil { end.endsBothWays = true }
            return session
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func http2(_ channel: any Channel, _ address: String) throws {
        let pipeline = channel.pipeline.syncOperations
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(maxIdleTime: limits.idleTimeout, maxAge: nil, maxGraceTime: nil, keepalive: nil))
        let faults = HTTP2Faults { [metrics = environment.metrics] error in
            if let limit = GatewayLimit(error) { metrics.limits[limit].increment() }
        }
        let conduct = HTTP2Conduct(limits: limits)
        let bound = NIOLoopBound(conduct, eventLoop: channel.eventLoop)
        let newcomers = Newcomers(perConnection: limits.unauthenticatedSockets, everywhere: newcomers)
        try pipeline.addHandler(conduct)
        _ = try pipeline.configureAsyncHTTP2Pipeline(
            mode: .server,
            streamDelegate: HTTP2StreamCount(
                faults: NIOLoopBound(faults, eventLoop: channel.eventLoop), management: management.http2StreamDelegate),
            frameDelegate: faults,
            configuration: .init(connection: limits.connection, stream: limits.stream)
        ) { stream in
            stream.eventLoop.makeCompletedFuture {
                try begin(stream, from: address, newcomers, isRefused: try isRefused(stream, by: bound.value))
            }
        }
        try pipeline.addHandlers(management, faults)
        management.channelActive(context: try pipeline.context(handler: management))
    }

    private func isRefused(_ stream: any Channel, by conduct: HTTP2Conduct) throws -> Bool {
        guard let id = try stream.syncOptions?.getOption(HTTP2StreamChannelOptions.streamID), conduct.refuses(Int(id))
        else { return false }
        environment.metrics.limits[.http2Streams].increment()
        return true
    }

    private func begin(
        _ stream: any Channel, from address: String, _ newcomers: Newcomers, isRefused: Bool
    ) throws {
        let selector = StreamSelector(path: path, site: site, isRefused: isRefused) { head, stream in
            session(head, on: stream, from: address, newcomers, until: .now() + handshakeTimeout)
        }
        try stream.pipeline.syncOperations.addHandler(selector)
    }

    private func session(
        _ head: RequestHead, on channel: any Channel, from address: String, _ newcomers: Newcomers,
        until deadline: NIODeadline
    ) -> SessionHandler? {
        let client = trust.client(behind: address, head.fields)
        guard let leave = newcomers.admit(client) else {
            environment.metrics.limits[.unauthenticated].increment()
            return nil
        }
        _ = sessions.add(channel)
        return SessionHandler(
            environment: environment, handshakeDeadline: deadline, clientAddress: client, onSettled: leave)
    }
}
