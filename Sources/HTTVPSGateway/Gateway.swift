import AsyncHTTPClient
import HTTVPSObservability
package import Logging
import NIOCore
import NIOPosix
package import ServiceLifecycle

package struct GatewayAddresses: Sendable {
    package var onListening: @Sendable (Int) -> Void
    package var onAdminListening: @Sendable (Int) -> Void

    package init(
        onListening: @escaping @Sendable (Int) -> Void = { _ in },
        onAdminListening: @escaping @Sendable (Int) -> Void = { _ in }
    ) {
        self.onListening = onListening
        self.onAdminListening = onAdminListening
    }
}

package func buildGateway(
    configuration: GatewayConfiguration, logger: Logger, addresses: GatewayAddresses = GatewayAddresses(),
    reload: GatewayReload = GatewayReload()
) throws -> ServiceGroup {
    let group: any EventLoopGroup =
        configuration.listener.threads > 0
        ? MultiThreadedEventLoopGroup(numberOfThreads: configuration.listener.threads)
        : MultiThreadedEventLoopGroup.singleton
    let http = HTTPClient(
        eventLoopGroupProvider: .shared(group), configuration: ControlPlaneClient.httpConfiguration)
    do {
        return try assemble(
            configuration, logger: logger, addresses: addresses, reload: reload, group: group, http: http)
    } catch {
        http.shutdown { _ in }
        throw error
    }
}

private func assemble(
    _ configuration: GatewayConfiguration, logger: Logger, addresses: GatewayAddresses, reload: GatewayReload,
    group: any EventLoopGroup, http: HTTPClient
) throws -> ServiceGroup {
    let metrics = GatewayMetrics()
    let settings = LiveSettings(configuration)
    let tracer = configuration.traces.map { SpanTracer(ratio: $0.ratio) }
    tracer?.queue.register(on: metrics.registry, service: "gateway")
    let controlPlane = ControlPlaneClient(
        http: http, backend: configuration.backend, metrics: metrics, logger: logger, tracer: tracer)
    let table = SessionTable(
        maxSessions: configuration.sessions.maxSessions, drainGrace: TimeAmount(configuration.sessions.drainGrace))
    let admission = Admission(controlPlane: controlPlane, grace: configuration.backend.grace)
    table.whenRevoked { admission.revoked(sessionID: $0) }
    let usage = UsageReporter(
        controlPlane: controlPlane, journal: try UsageJournal(directory: configuration.stateDirectory),
        registry: table, retention: configuration.backend.grace, metrics: metrics, logger: logger)
    let targets = egressGuard(configuration, metrics)
    let nodes = NodeConnections(
        configuration: configuration.egress, targets: targets, metrics: metrics, logger: logger)
    let heartbeats = HeartbeatReporter(
        controlPlane: controlPlane, identity: configuration.identity, usage: usage, registry: table,
        egress: nodes.health,
        metrics: metrics, logger: logger)
    let memory = MemoryBudget(configuration.sessions)
    memory.register(on: metrics.registry)
    table.register(on: metrics.registry)
    usage.register(on: metrics.registry)
    nodes.register(on: metrics.registry)
    memory.onExceeded { table.makeRoom(in: memory) }
    let environment = SessionEnvironment(
        settings: settings, targets: targets, admission: admission, controlPlane: controlPlane, usage: usage,
        table: table, nodes: nodes, memory: memory, metrics: metrics, logger: logger, tracer: tracer)
    let certificate = try ServerCertificate(
        certificatePath: configuration.listener.certificatePath, keyPath: configuration.listener.keyPath)
    let certificates = CertificateReloader(
        certificate: certificate, settings: settings, metrics: metrics, logger: logger)
    settings.whenReplaced { [threshold = reload.threshold] in threshold?.set($0.log.level) }
    settings.whenReplaced { environment.adopt($0) }
    let reloader = ConfigurationReloader(
        settings: settings, load: reload.load, certificates: certificates, metrics: metrics, logger: logger)
    let listener = GatewayListener(
        configuration: configuration.listener, certificate: certificate, environment: environment,
        maxSessions: configuration.sessions.maxSessions, group: group, logger: logger,
        onBound: addresses.onListening)
    let admin = AdminListener(
        configuration: configuration.admin, metrics: metrics, logger: logger, isReady: { !table.isDraining })
    let services: [any Service] =
        [
            HTTPClientService(client: http), admin.service(onBound: addresses.onAdminListening), usage, heartbeats,
            certificates, NodeWatcher(connections: nodes, group: group),
            LoopLag(group: group, registry: metrics.registry), reloader,
        ] + observers(configuration, tracer, reload.threshold, logger) + [listener]
    return ServiceGroup(configuration: .init(services: services.map { .init(service: $0) }, logger: logger))
}

private func observers(
    _ configuration: GatewayConfiguration, _ tracer: SpanTracer?, _ threshold: LogThreshold?, _ logger: Logger
) -> [any Service] {
    var services: [any Service] = []
    if let threshold { services.append(LogLevelSwitch(threshold: threshold, logger: logger)) }
    if let tracer, let traces = configuration.traces {
        services.append(
            SpanCollector(
                traces, queue: tracer.queue, service: "httvps-gateway", instance: configuration.identity.nodeID,
                logger: logger))
    }
    return services
}

private func egressGuard(_ configuration: GatewayConfiguration, _ metrics: GatewayMetrics) -> EgressGuard {
    let policy = TargetPolicy(allowing: configuration.egress.allow, denying: configuration.egress.deny)
    let targets = EgressGuard(policy, denials: metrics.targetsDenied)
    targets.protect(hosts: configuration.ownHosts)
    targets.protectAddresses(of: configuration.ownHosts)
    return targets
}
