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
    let configuration: TunnelConfiguration
    let eventLoop: any EventLoop
    let switchboard: NIOLoopBoundBox<Switchboard>
    private let greeter: Greeter
    private let board = StateBoard()
    private let nap = Nap()
    private let clock: TunnelClock

    /// Prepares a tunnel; nothing is connected before ``run()``.
    public convenience init(_ configuration: TunnelConfiguration) throws(ClientError) {
        try self.init(configuration, clock: TunnelClock())
    }

    init(_ configuration: TunnelConfiguration, clock: TunnelClock) throws(ClientError) {
        try configuration.validate()
        self.configuration = configuration
        self.clock = clock
        eventLoop = MultiThreadedEventLoopGroup.singleton.next()
        let connector = try Connector(configuration: configuration, eventLoop: eventLoop)
        switchboard = NIOLoopBoundBox.makeBoxSendingValue(Switchboard(eventLoop: eventLoop), eventLoop: eventLoop)
        greeter = Greeter(configuration: configuration, connector: connector, switchboard: switchboard)
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
        eventLoop.execute {
            self.switchboard.value.stop(SessionEnd.stopped.error)
            self.nap.wake()
        }
    }

    /// Tells the tunnel that the machine's network changed: the session is resumed over a new connection at once,
    /// though the old one may seem to stand, and an attempt that waits for its time is made now.
    public func networkChanged() {
        eventLoop.execute {
            self.switchboard.value.greeting?.cancel(.failed(.unreachable("the network changed")))
            for session in self.switchboard.value.sessions { session.move() }
            self.nap.wake()
        }
    }

    /// What the tunnel has carried so far, and how it stands now.
    public var statistics: TunnelStatistics {
        get async {
            let snapshot = try? await eventLoop.submit { TunnelStatistics(self.switchboard.value) }.get()
            return snapshot ?? TunnelStatistics()
        }
    }

    private func end(_ error: ClientError) async {
        try? await eventLoop.submit { self.switchboard.value.stop(error) }.get()
        board.publish(.stopped(error))
    }
}

extension Tunnel {
    private func keepConnected() async -> ClientError {
        await withTaskGroup(of: Void.self) { group in
            let error = await connectAgainAndAgain(&group)
            try? await eventLoop.submit { self.switchboard.value.stop(error) }.get()
            return error
        }
    }

    private func connectAgainAndAgain(_ group: inout TaskGroup<Void>) async -> ClientError {
        var policy = ReconnectPolicy(pauses: configuration.reconnectPauses)
        var choice = GatewayChoice(configuration.gateways)
        let start = clock.now()
        while !Task.isCancelled, let gateway = choice.next(now: clock.now()) {
            let began = clock.now()
            let end = await runSession(gateway, &group)
            if greeter.fallBack(after: end) { continue }
            let lasted = clock.now() - began
            choice.note(end, of: gateway, lasted: lasted, now: clock.now())
            let decision = policy.decide(after: end, lasted: lasted, jitter: .random(in: 0...1))
            guard configuration.reconnects, case .retry(let longest) = decision else { return end.error }
            let movesOn = choice.movesOn(from: gateway, now: clock.now())
            let pause = movesOn ? min(longest, configuration.reconnectPauses.lowerBound) : longest
            if let limit = configuration.firstSessionWithin, board.hasNeverConnected,
                clock.now() - start + pause > limit
            {
                return end.error
            }
            board.publish(.waiting(pause, after: end.error))
            await nap.sleep(pause, on: clock)
            if (try? await eventLoop.submit({ self.switchboard.value.isStopped }).get()) == true { break }
        }
        return SessionEnd.stopped.error
    }

    private func runSession(_ gateway: GatewayAddress, _ group: inout TaskGroup<Void>) async -> SessionEnd {
        board.publish(.connecting(gateway))
        switch await greeter.greet(gateway) {
        case .failed(let end): return end
        case .resumed, .unneeded: return .stopped
        case .session(var session):
            while true {
                switch await serve(session, &group) {
                case .successor(let next): session = next
                case .over(let end): return end
                case .goaway:
                    let draining = TunnelError.Code.draining.rawValue
                    return .ended(code: draining, message: "the gateway takes no new streams")
                }
            }
        }
    }

    private func serve(
        _ session: NIOLoopBound<ClientSession>, _ group: inout TaskGroup<Void>
    ) async -> ClientSession.Succession {
        do {
            let lifeline = try await eventLoop.submit { self.attach(session) }.get()
            group.addTask { await lifeline.follow() }
            let succession = try await eventLoop.flatSubmit { session.value.succession.futureResult }.get()
            try await eventLoop.submit { self.switchboard.value.detach(session.value) }.get()
            return succession
        } catch {
            return .over(.stopped)
        }
    }

    private func attach(_ session: NIOLoopBound<ClientSession>) -> Lifeline {
        let grant = session.value.machine.grant
        switchboard.value.attach(session.value)
        board.publish(
            .connected(
                TunnelSession(
                    sessionID: grant.sessionID, region: grant.region, maxStreams: grant.maxStreams,
                    gateway: session.value.gateway,
                    verdictTime: session.value.carrier?.verdictTime.map { .nanoseconds($0.nanoseconds) })))
        return Lifeline(
            session: session, nap: session.value.nap, eventLoop: eventLoop, greeter: greeter, board: board,
            clock: clock, window: configuration.resumeWindow)
    }
}
