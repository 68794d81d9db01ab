import HTTVPSProtocol
import NIOCore
import Synchronization

final class Greeter: Sendable {
    static let capabilities: Capabilities = [.binary, .flowControl, .datagram, .padding, .resume]

    private let configuration: TunnelConfiguration
    private let eventLoop: any EventLoop
    private let connector: Connector
    private let switchboard: NIOLoopBoundBox<Switchboard>
    private let tokens: TokenChain
    private let isEarly = Mutex(true)

    init(configuration: TunnelConfiguration, connector: Connector, switchboard: NIOLoopBoundBox<Switchboard>) {
        self.configuration = configuration
        self.connector = connector
        self.switchboard = switchboard
        eventLoop = connector.eventLoop
        tokens = TokenChain(configuration)
    }

    func fallBack(after end: SessionEnd) -> Bool { tokens.fallBack(after: end) }

    func greet(_ gateway: GatewayAddress) async -> Greeting.Outcome {
        await presenting { token, greeting in
            guard !self.switchboard.value.isStopped else { return greeting.finish(.failed(.stopped)) }
            self.switchboard.value.greeting = greeting
            self.open(gateway, greeting) { opened in self.begin(greeting, self.hello(token), gateway, opened) }
        }
    }

    func renew(_ session: NIOLoopBound<ClientSession>) async -> Greeting.Outcome {
        await presenting { token, greeting in
            guard !session.value.isOver, !session.value.isRetired else { return greeting.finish(.unneeded) }
            let gateway = session.value.gateway
            session.value.greeting = greeting
            self.open(gateway, greeting) { opened in self.begin(greeting, self.hello(token), gateway, opened) }
        }
    }

    func resume(
        _ session: NIOLoopBound<ClientSession>, for trouble: ClientSession.Trouble
    ) async -> Greeting.Outcome {
        await outcome(of: await tokens.presentForResume()) { token, greeting in
            guard session.value.needsResume(for: trouble) else { return greeting.finish(.unneeded) }
            session.value.greeting = greeting
            self.open(session.value.gateway, greeting) { opened in
                self.goOn(greeting, self.hello(token), session.value, trouble, opened)
            }
        }
    }

    private func begin(
        _ greeting: Greeting, _ hello: Hello, _ gateway: GatewayAddress, _ opened: OpenedCarrier
    ) {
        let early = isEarly.withLock { $0 } ? switchboard.value.earlyOpens(upTo: EarlyOpen.most) : []
        greeting.say(hello, early: EarlyOpen.frames(early), on: opened, within: timeout) { carrier, grant in
            guard EarlyOpen.mayFollow(grant, count: early.count) else {
                self.isEarly.withLock { $0 = false }
                carrier.close(.normal, isEcho: false)
                return .failed(.lost("the gateway allows less than was begun"))
            }
            let session = self.session(grant, gateway, carrier)
            self.switchboard.value.begin(early, on: session)
            self.switchboard.value.attach(session)
            return .session(NIOLoopBound(session, eventLoop: self.eventLoop))
        }
    }

    private func goOn(
        _ greeting: Greeting, _ hello: Hello, _ old: ClientSession, _ trouble: ClientSession.Trouble,
        _ opened: OpenedCarrier
    ) {
        guard let request = old.takeOver(for: trouble) else {
            greeting.finish(.unneeded)
            return opened.channel.close(promise: nil)
        }
        var hello = hello
        hello.resume = request
        greeting.say(hello, on: opened, within: timeout) { carrier, grant in
            if grant.resumed == true { return old.resume(on: carrier, grant) }
            let session = self.session(grant, old.gateway, carrier)
            return .session(NIOLoopBound(session, eventLoop: self.eventLoop))
        }
    }

    private var timeout: TimeAmount { TimeAmount(configuration.connectTimeout) }

    private func session(_ grant: SessionGrant, _ gateway: GatewayAddress, _ carrier: Carrier) -> ClientSession {
        ClientSession(grant, gateway: gateway, on: carrier, traffic: switchboard.value.traffic)
    }

    private func presenting(
        _ begin: @escaping @Sendable (_ token: String, Greeting) -> Void
    ) async -> Greeting.Outcome {
        do {
            return await outcome(of: try await tokens.present(), begin)
        } catch {
            return .failed(error.code == .timeout ? .lost(error.message) : .misconfigured(error.message))
        }
    }

    private func outcome(
        of presentation: TokenChain.Presentation, _ begin: @escaping @Sendable (_ token: String, Greeting) -> Void
    ) async -> Greeting.Outcome {
        let eventLoop = eventLoop
        let token = presentation.token
        let outcome = try? await eventLoop.flatSubmit {
            let greeting = Greeting(eventLoop: eventLoop)
            begin(token, greeting)
            return greeting.outcome.futureResult
        }.get()
        var renewed: DeviceCredentials?
        if case .session(let session)? = outcome {
            renewed = try? await eventLoop.submit { session.value.machine.grant.credentials }.get()
        }
        await tokens.keep(renewed, for: presentation, of: configuration)
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

    private func hello(_ token: String) -> Hello {
        let letters = Array("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789")
        let pad = String((0..<Int.random(in: 16...700)).compactMap { _ in letters.randomElement() })
        return Hello(
            deviceID: configuration.deviceID, token: token, clientVersion: configuration.clientVersion,
            capabilities: Self.capabilities, region: configuration.region, pad: pad)
    }
}
