import HTTVPSObservability
import NIOCore
import NIOHTTP2
import NIOSSL

struct Front: Sendable {
    private static let tlsTimeout = TimeAmount.seconds(15)

    let path: String?
    let site: any Site
    let handshakeTimeout: TimeAmount
    let limits: HTTP2Limits
    let tls: NIOSSLContext
    let environment: SessionEnvironment
    let sessions: ConnectionSet

    func prepare(_ channel: any Channel) throws {
        guard let address = channel.remoteAddress?.ipAddress else { return channel.close(promise: nil) }
        let acceptedAt = NIODeadline.now()
        let end = TransportEnd()
        let selector = CarrierSelector(timeout: Self.tlsTimeout) { context, isHTTP2 in
            if isHTTP2 {
                end.endsBothWays = true
                try http2(context.channel, address)
            } else {
                try http1(context.channel, address, acceptedAt, end)
            }
        }
        try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: tls), end, selector)
    }

    private func http1(_ channel: any Channel, _ address: String, _ acceptedAt: NIODeadline, _ end: TransportEnd) throws
    {
        let handler = HTTP1Handler(
            path: path, site: site, acceptedAt: acceptedAt, handshakeTimeout: handshakeTimeout
        ) { _, deadline in
            end.endsBothWays = true
            return session(on: channel, from: address, until: deadline)
        }
        try channel.pipeline.syncOperations.addHandler(handler)
    }

    private func http2(_ channel: any Channel, _ address: String) throws {
        let management = NIOHTTP2ServerConnectionManagementHandler(
            eventLoop: channel.eventLoop,
            configuration: .init(
                maxIdleTime: limits.idleTimeout, maxAge: nil, maxGraceTime: nil, keepalive: nil))
        let faults = HTTP2Faults { _ in }
        _ = try channel.pipeline.syncOperations.configureAsyncHTTP2Pipeline(
            mode: .server, streamDelegate: management.http2StreamDelegate, frameDelegate: faults,
            configuration: .init(connection: limits.connection, stream: limits.stream)
        ) { stream in
            stream.eventLoop.makeCompletedFuture { try stream.pipeline.syncOperations.addHandler(selector(address)) }
        }
        try channel.pipeline.syncOperations.addHandlers(management, faults)
    }

    private func selector(_ address: String) -> StreamSelector {
        StreamSelector(path: path, site: site) { _, stream in
            session(on: stream, from: address, until: .now() + handshakeTimeout)
        }
    }

    private func session(on channel: any Channel, from address: String, until deadline: NIODeadline) -> SessionHandler {
        _ = sessions.add(channel)
        return SessionHandler(environment: environment, handshakeDeadline: deadline, clientAddress: address)
    }
}
