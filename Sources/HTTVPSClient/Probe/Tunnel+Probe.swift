import HTTVPSProtocol
import NIOCore
import NIOPosix

extension Tunnel {
    /// Connects once to a gateway, the configuration's first one unless another is named, and reports how long each
    /// step took; with a target, also opens a stream to it and waits for its first byte. The session ends with the probe.
    public static func probe(
        _ configuration: TunnelConfiguration, gateway: GatewayAddress? = nil, target: (host: String, port: Int)? = nil
    ) async throws(ClientError) -> ProbeReport {
        try configuration.validate()
        guard let gateway = gateway ?? configuration.gateways.first else {
            throw ClientError(.configuration, "no gateway is named")
        }
        let probe = try GatewayProbe(configuration, gateway: gateway, target: target)
        return await probe.run()
    }
}

struct GatewayProbe: Sendable {
    private let configuration: TunnelConfiguration
    private let gateway: GatewayAddress
    private let target: TargetAddress?
    private let connector: Connector

    init(
        _ configuration: TunnelConfiguration, gateway: GatewayAddress, target: (host: String, port: Int)?,
        limits: ConnectLimits? = nil
    ) throws(ClientError) {
        self.configuration = configuration
        self.gateway = gateway
        if let (host, port) = target {
            guard let number = UInt16(exactly: port), let address = TargetAddress(hostName: host, port: number) else {
                throw ClientError(.configuration, "no possible host and port: \(host):\(port)")
            }
            self.target = address
        } else {
            self.target = nil
        }
        connector = try Connector(
            configuration: configuration, eventLoop: MultiThreadedEventLoopGroup.singleton.next(), limits: limits)
    }

    func run() async -> ProbeReport {
        let tokens = TokenChain(configuration)
        let report = await report(tokens)
        guard report.failedPhase == .session, let reason = report.error?.reason,
            tokens.fallBack(after: .refused(reason: reason))
        else { return report }
        return await self.report(tokens)
    }

    private func report(_ tokens: TokenChain) async -> ProbeReport {
        var report = ProbeReport(gateway: gateway)
        do {
            try await resolve(&report)
            try await converse(try await open(&report), tokens, &report)
        } catch {
            report.error = error
        }
        return report
    }

    private func resolve(_ report: inout ProbeReport) async throws(ClientError) {
        let start = ContinuousClock.now
        let gateway = gateway
        report.failedPhase = .resolve
        do {
            _ = try await NIOThreadPool.singleton.runIfActive {
                try SocketAddress.makeAddressResolvingHost(gateway.host, port: gateway.port)
            }
        } catch {
            throw ClientError(.unreachable, "no address is known for \(gateway.host)", cause: error)
        }
        report.steps.append(ProbeReport.Step(phase: .resolve, duration: .now - start))
    }

    private func open(_ report: inout ProbeReport) async throws(ClientError) -> OpenedCarrier {
        do {
            let carrier = try await connector.open(gateway).get()
            report.note(carrier)
            return carrier
        } catch {
            let failure = (error as? ClientError) ?? ClientError(.unreachable, "\(error)", cause: error)
            report.note(failure)
            throw failure
        }
    }

    private func converse(
        _ carrier: OpenedCarrier, _ tokens: TokenChain, _ report: inout ProbeReport
    ) async throws(ClientError) {
        report.failedPhase = .session
        let presentation = try await tokens.present()
        let hello = Hello(
            deviceID: configuration.deviceID, token: presentation.token, clientVersion: configuration.clientVersion,
            region: configuration.region, pad: String(repeating: "p", count: .random(in: 16...700)))
        let limit = TimeAmount(configuration.connectTimeout)
        let eventLoop = carrier.channel.eventLoop
        let outcome: ProbeHandler.Outcome
        do {
            outcome = try await eventLoop.flatSubmit {
                let handler = ProbeHandler(hello: hello, target: target, limit: limit, eventLoop: eventLoop)
                do {
                    try carrier.attach(handler)
                } catch {
                    handler.outcome.fail(error)
                }
                return handler.outcome.futureResult
            }.get()
        } catch {
            throw (error as? ClientError) ?? ClientError(.sessionEnded, "\(error)", cause: error)
        }
        await tokens.keep(outcome.conversation.grant?.credentials, for: presentation, of: configuration)
        report.note(outcome)
    }
}

extension ProbeReport {
    fileprivate mutating func note(_ carrier: OpenedCarrier) {
        let timings = carrier.timings
        self.carrier = carrier.kind
        tlsVersion = carrier.tlsVersion
        applicationProtocol = carrier.applicationProtocol
        note(.connect, timings.connected)
        if let secured = timings.secured { note(.tls, secured - timings.connected) }
        note(.upgrade, timings.upgraded - (timings.secured ?? timings.connected))
    }

    fileprivate mutating func note(_ error: ClientError) {
        guard let failure = error.cause as? CarrierFailure else {
            failedPhase = .connect
            return
        }
        switch failure.phase {
        case .connect: failedPhase = .connect
        case .tls: failedPhase = .tls
        case .upgrade: failedPhase = .upgrade
        }
        guard let timings = failure.timings else { return }
        note(.connect, timings.connected)
        if let secured = timings.secured { note(.tls, secured - timings.connected) }
    }

    fileprivate mutating func note(_ outcome: ProbeHandler.Outcome) {
        steps += outcome.conversation.steps
        sessionID = outcome.conversation.grant?.sessionID
        region = outcome.conversation.grant?.region
        error = outcome.error
        failedPhase = outcome.error == nil ? nil : outcome.conversation.phase
    }

    private mutating func note(_ phase: Phase, _ time: TimeAmount) {
        steps.append(Step(phase: phase, duration: Duration(time)))
    }
}
