import HTTVPSProtocol
import NIOCore
import NIOPosix

/// A tunnel to a gateway, which opens streams to any host and port and connects again after a loss.
///
/// Run it in a task of its own and open streams meanwhile:
/// ```swift
/// let tunnel = try Tunnel(configuration)
/// async let end: Void = tunnel.run()
/// let stream = try await tunnel.openStream(to: "example.org", port: 80)
/// ```
public final class Tunnel: Sendable {
    typealias Sleep = @Sendable (Duration) async throws -> Void

    let configuration: TunnelConfiguration
    let eventLoop: any EventLoop
    let switchboard: NIOLoopBoundBox<Switchboard>
    private let connector: Connector
    private let board = StateBoard()
    private let sleep: Sleep

    /// Prepares a tunnel; nothing is connected before ``run()``.
    public convenience init(_ configuration: TunnelConfiguration) throws(ClientError) {
        try self.init(configuration, sleep: { try await Task.sleep(for: $0) })
    }

    init(_ configuration: TunnelConfiguration, sleep: @escaping Sleep) throws(ClientError) {
        try configuration.validate()
        self.configuration = configuration
        self.sleep = sleep
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        connector = try Connector(configuration: configuration, eventLoop: eventLoop)
        switchboard = NIOLoopBoundBox.makeBoxSendingValue(Switchboard(eventLoop: eventLoop), eventLoop: eventLoop)
    }

    /// The tunnel's states from now on, beginning with the latest.
    public func states() -> AsyncStream<TunnelState> { board.watch() }

    /// Connects and stays connected until the task is cancelled, ``stop()`` is called, or the gateway refuses the
    /// device for a reason that time does not mend; throws that reason.
    public func run() async throws {
        let error = await withTaskCancellationHandler {
            await keepConnected()
        } onCancel: {
            stop()
        }
        await end(error)
        if error.code != .stopped { throw error }
    }

    /// Ends the session and all streams; ``run()`` then returns.
    public func stop() {
        eventLoop.execute { self.switchboard.value.stop(SessionEnd.stopped.error) }
    }

    private func end(_ error: ClientError) async {
        try? await eventLoop.submit { self.switchboard.value.stop(error) }.get()
        board.publish(.stopped(error))
    }

    private func keepConnected() async -> ClientError {
        var policy = ReconnectPolicy(pauses: configuration.reconnectPauses)
        var tokens = TokenChain(token: configuration.token)
        var attempt = 0
        let start = ContinuousClock.now
        while !Task.isCancelled {
            let gateway = configuration.gateways[attempt % configuration.gateways.count]
            attempt += 1
            let began = ContinuousClock.now
            let end = await runSession(gateway, &tokens)
            if tokens.fallBack(after: end) { continue }
            let decision = policy.decide(
                after: end, lasted: ContinuousClock.now - began, jitter: .random(in: 0...1))
            guard configuration.reconnects, case .retry(let pause) = decision else { return end.error }
            if let limit = configuration.firstSessionWithin, board.hasNeverConnected, .now - start + pause > limit {
                return end.error
            }
            board.publish(.waiting(pause, after: end.error))
            do { try await sleep(pause) } catch { break }
            if (try? await eventLoop.submit({ self.switchboard.value.isStopped }).get()) == true { break }
        }
        return SessionEnd.stopped.error
    }

    private func runSession(_ gateway: GatewayAddress, _ tokens: inout TokenChain) async -> SessionEnd {
        board.publish(.connecting(gateway))
        let session: NIOLoopBound<SessionHandler>
        do {
            session = try await greet(gateway, hello(token: tokens.current)).get()
        } catch {
            return .unreachable((error as? ClientError)?.message ?? ConnectFailure.sentence(error))
        }
        do {
            let grant = try await answer(session).get()
            if let credentials = grant.credentials {
                tokens.renew(credentials)
                configuration.credentialsRenewed?(credentials.accessToken, credentials.refreshToken)
            }
            return try await serve(session, grant, gateway)
        } catch {
            return (try? await end(of: session)) ?? .lost("the connection to the gateway ended")
        }
    }

    private func greet(_ gateway: GatewayAddress, _ hello: Hello) -> EventLoopFuture<NIOLoopBound<SessionHandler>> {
        connector.open(gateway).flatMapThrowing { carrier in
            let handler = SessionHandler(hello: hello, eventLoop: carrier.channel.eventLoop)
            try carrier.attach(handler)
            return NIOLoopBound(handler, eventLoop: carrier.channel.eventLoop)
        }
    }

    private func answer(_ session: NIOLoopBound<SessionHandler>) -> EventLoopFuture<SessionGrant> {
        let timeout = TimeAmount(configuration.connectTimeout)
        return eventLoop.flatSubmit {
            let handler = session.value
            let timer = handler.eventLoop.assumeIsolated().scheduleTask(in: timeout) {
                handler.finish(.unreachable("the gateway did not answer in time"), closeCode: nil)
            }
            handler.verdict.futureResult.assumeIsolated().whenComplete { _ in timer.cancel() }
            return handler.verdict.futureResult
        }
    }

    private func serve(
        _ session: NIOLoopBound<SessionHandler>, _ grant: SessionGrant, _ gateway: GatewayAddress
    ) async throws -> SessionEnd {
        try await eventLoop.submit { self.switchboard.value.attach(session.value) }.get()
        board.publish(
            .connected(
                TunnelSession(
                    sessionID: grant.sessionID, region: grant.region, maxStreams: grant.maxStreams, gateway: gateway)))
        try await eventLoop.flatSubmit { session.value.retired.futureResult }.get()
        let isOver = try await eventLoop.submit {
            self.switchboard.value.detach(session.value)
            return session.value.isOver
        }.get()
        return isOver ? try await end(of: session) : .lost("the gateway takes no new streams")
    }

    private func end(of session: NIOLoopBound<SessionHandler>) async throws -> SessionEnd {
        try await eventLoop.flatSubmit { session.value.ended.futureResult }.get()
    }

    private func hello(token: String) -> Hello {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let pad = String((0..<Int.random(in: 16...700)).compactMap { _ in letters.randomElement() })
        return Hello(
            deviceID: configuration.deviceID, token: token, clientVersion: configuration.clientVersion,
            capabilities: [.binary, .flowControl], region: configuration.region, pad: pad)
    }
}
