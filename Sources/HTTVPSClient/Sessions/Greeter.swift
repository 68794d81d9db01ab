import HTTVPSProtocol
import NIOCore
import Synchronization

final class Greeter: Sendable {
    static let capabilities: Capabilities = [.binary, .flowControl, .datagram, .padding, .resume]

    private let configuration: TunnelConfiguration
    private let eventLoop: any EventLoop
    private let connector: Connector
    private let switchboard: NIOLoopBoundBox<Switchboard>
    private let tokens: Mutex<TokenChain>
    private let isEarly = Mutex(true)

    init(configuration: TunnelConfiguration, connector: Connector, switchboard: NIOLoopBoundBox<Switchboard>) {
        self.configuration = configuration
        self.connector = connector
        self.switchboard = switchboard
        eventLoop = connector.eventLoop
        tokens = Mutex(TokenChain(token: configuration.token))
    }

    func fallBack(after end: SessionEnd) -> Bool { tokens.withLock { $0.fallBack(after: end) } }

    func greet(_ gateway: GatewayAddress) async -> Greeting.Outcome {
        await outcome { greeting in
            guard !self.switchboard.value.isStopped else { return greeting.finish(.failed(.stopped)) }
            self.switchboard.value.greeting = greeting
            self.open(gateway, greeting) { opened in self.begin(greeting, gateway, opened) }
        }
    }

    func renew(_ session: NIOLoopBound<ClientSession>) async -> Greeting.Outcome {
        await outcome { greeting in
            guard !session.value.isOver, !session.value.isRetired else { return greeting.finish(.unneeded) }
            let gateway = session.value.gateway
            session.value.greeting = greeting
            self.open(gateway, greeting) { opened in self.begin(greeting, gateway, opened) }
        }
    }

    func resume(
        _ session: NIOLoopBound<ClientSession>, for trouble: ClientSession.Trouble
    ) async -> Greeting.Outcome {
        await outcome { greeting in
            guard session.value.needsResume(for: trouble) else { return greeting.finish(.unneeded) }
            session.value.greeting = greeting
            self.open(session.value.gateway, greeting) { opened in
                self.goOn(greeting, session.value, trouble, opened)
            }
        }
    }

    private func begin(_ greeting: Greeting, _ gateway: GatewayAddress, _ opened: OpenedCarrier) {
        let early = isEarly.withLock { $0 } ? switchboard.value.earlyOpens(upTo: EarlyOpen.most) : []
        greeting.say(hello(), early: EarlyOpen.frames(early), on: opened, within: timeout) { carrier, grant in
            guard EarlyOpen.mayFollow(grant, count: early.count) else {
                self.isEarly.withLock { $0 = false }
                carrier.close(.normal, isEcho: false)
                return .failed(.lost("the gateway allows less than was begun"))
            }
            let session = self.session(grant, gateway, carrier)
            self.switchboard.value.begin(early, on: session)
            return .session(NIOLoopBound(session, eventLoop: self.eventLoop))
        }
    }

    private func goOn(
        _ greeting: Greeting, _ old: ClientSession, _ trouble: ClientSession.Trouble, _ opened: OpenedCarrier
    ) {
        guard let request = old.takeOver(for: trouble) else {
            greeting.finish(.unneeded)
            return opened.channel.close(promise: nil)
        }
        var hello = hello()
        hello.resume = request
        greeting.say(hello, on: opened, within: timeout) { carrier, grant in
            if grant.resumed == true { return old.resume(on: carrier, grant) }
            let session = self.session(grant, old.gateway, carrier)
            return .session(NIOLoopBound(session, eventLoop: self.eventLoop))
        }
    }

    private var timeout: TimeAmount { TimeAmount(configuration.connectTimeout) }

    private func session(_ grant: SessionGrant, _ gateway: GatewayAddress, _ carrier: Carrier) -> ClientSession {
        if let credentials = grant.credentials {
            tokens.withLock { $0.renew(credentials) }
            configuration.credentialsRenewed?(credentials.accessToken, credentials.refreshToken)
        }
        return ClientSession(grant, gateway: gateway, on: carrier, traffic: switchboard.value.traffic)
    }

    private func outcome(_ begin: @escaping @Sendable (Greeting) -> Void) async -> Greeting.Outcome {
        let eventLoop = eventLoop
        let outcome = try? await eventLoop.flatSubmit {
            let greeting = Greeting(eventLoop: eventLoop)
            begin(greeting)
            return greeting.outcome.futureResult
        }.get()
        return outcome ?? .failed(.stopped)
    }

    private func open(
        _ gateway: GatewayAddress, _ greeting: Greeting, say: @escaping (OpenedCarrier) -> Void
    ) {
        connector.open(gateway).assumeIsolated().whenComplete { result in
            switch result {
            case .failure(let error):
                let message = (error as? ClientError)?.message ?? ConnectFailure.sentence(error)
                greeting.finish(.failed(.unreachable(message)))
            case .success(let opened):
                if greeting.isOver { opened.channel.close(promise: nil) } else { say(opened) }
            }
        }
    }

    private func hello() -> Hello {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let pad = String((0..<Int.random(in: 16...700)).compactMap { _ in letters.randomElement() })
        return Hello(
            deviceID: configuration.deviceID, token: tokens.withLock { $0.current },
            clientVersion: configuration.clientVersion, capabilities: Self.capabilities,
            region: configuration.region, pad: pad)
    }
}
