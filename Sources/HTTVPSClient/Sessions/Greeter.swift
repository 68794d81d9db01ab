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
            self.open(gateway, greeting) { _ in self.hello() }
        }
    }

    func renew(_ session: NIOLoopBound<ClientSession>) async -> Greeting.Outcome {
        await outcome { greeting in
            guard !session.value.isOver else { return greeting.finish(.unneeded) }
            session.value.greeting = greeting
            self.open(session.value.gateway, greeting) { _ in self.hello() }
        }
    }

    func resume(
        _ session: NIOLoopBound<ClientSession>, for trouble: ClientSession.Trouble
    ) async -> Greeting.Outcome {
        await outcome { greeting in
            let old = session.value
            guard old.needsResume(for: trouble) else { return greeting.finish(.unneeded) }
            old.greeting = greeting
            self.open(old.gateway, greeting, resuming: old) { _ in
                guard let request = old.takeOver(for: trouble) else { return nil }
                var hello = self.hello()
                hello.resume = request
                return hello
            }
        }
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
        _ gateway: GatewayAddress, _ greeting: Greeting, resuming old: ClientSession? = nil,
        hello: @escaping (OpenedCarrier) -> Hello?
    ) {
        connector.open(gateway).assumeIsolated().whenComplete { result in
            switch result {
            case .failure(let error):
                let message = (error as? ClientError)?.message ?? ConnectFailure.sentence(error)
                greeting.finish(.failed(.unreachable(message)))
            case .success(let opened):
                guard !greeting.isOver, let hello = hello(opened) else {
                    greeting.finish(.unneeded)
                    return opened.channel.close(promise: nil)
                }
                greeting.say(hello, on: opened, within: TimeAmount(self.configuration.connectTimeout)) {
                    carrier, grant in
                    self.allowed(grant, gateway, on: carrier, resuming: old)
                }
            }
        }
    }

    private func allowed(
        _ grant: SessionGrant, _ gateway: GatewayAddress, on carrier: Carrier, resuming old: ClientSession?
    ) -> Greeting.Outcome {
        if let credentials = grant.credentials {
            tokens.withLock { $0.renew(credentials) }
            configuration.credentialsRenewed?(credentials.accessToken, credentials.refreshToken)
        }
        if let old, grant.resumed == true { return old.resume(on: carrier, grant) }
        let session = ClientSession(grant, gateway: gateway, on: carrier, traffic: switchboard.value.traffic)
        return .session(NIOLoopBound(session, eventLoop: eventLoop))
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
