import Foundation
import HTTVPSConfiguration
import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import Logging
import NIOCore
import NIOPosix
import ServiceLifecycle

@testable import HTTVPSGateway

final class TestGateway: Sendable {
    struct Options {
        var egress = EgressConfiguration()
        var sessions = SessionConfiguration()
        var backendGrace = Duration.seconds(600)
        var handshakeTimeout = Duration.seconds(60)
        var decoyDirectory: String?
        var decoyUpstream: ListenAddress?
        var trust = ProxyTrust()
        var maxConnectionsPerAddress = 2_048

        static var echo: Options {
            var options = Options()
            options.egress.kind = .echo
            options.egress.allow = TargetRule.loopback
            return options
        }

        static var shadowsocks: Options {
            var options = Options()
            options.egress.allow = TargetRule.loopback
            return options
        }
    }

    let port: Int
    let controlPlane: TestBackend
    let table: SessionTable
    let metrics: GatewayMetrics
    let environment: SessionEnvironment
    let stateDirectory: String
    private let services: ServiceGroup
    private let running: Task<Void, any Error>
    private let group: MultiThreadedEventLoopGroup

    private init(
        port: Int, controlPlane: TestBackend, table: SessionTable, metrics: GatewayMetrics,
        environment: SessionEnvironment, stateDirectory: String,
        services: ServiceGroup, running: Task<Void, any Error>, group: MultiThreadedEventLoopGroup
    ) {
        self.port = port
        self.controlPlane = controlPlane
        self.table = table
        self.metrics = metrics
        self.environment = environment
        self.stateDirectory = stateDirectory
        self.services = services
        self.running = running
        self.group = group
    }

    static func start(
        _ options: Options = .echo, controlPlane: TestBackend = TestBackend()
    ) async throws -> TestGateway {
        let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        let certificate = try await SiteCertificate.shared.value
        var listening = ListenerConfiguration(certificatePath: certificate.certificate, keyPath: certificate.key)
        listening.address = ListenAddress(host: "127.0.0.1", port: 0)
        listening.handshakeTimeout = options.handshakeTimeout
        listening.decoyDirectory = options.decoyDirectory
        listening.decoyUpstream = options.decoyUpstream
        listening.trust = options.trust
        listening.maxConnectionsPerAddress = options.maxConnectionsPerAddress
        var configuration = GatewayConfiguration(
            listener: listening, backend: BackendConnection(baseURL: URL(filePath: "/"), token: Secret("")),
            identity: GatewayIdentity(nodeID: "gwy_1"))
        configuration.identity.region = "eu"
        (configuration.sessions, configuration.egress) = (options.sessions, options.egress)
        let settings = LiveSettings(configuration)
        let metrics = GatewayMetrics()
        let table = SessionTable(
            maxSessions: options.sessions.maxSessions, drainGrace: TimeAmount(options.sessions.drainGrace))
        let admission = Admission(controlPlane: controlPlane, grace: options.backendGrace)
        table.whenRevoked { admission.revoked(sessionID: $0) }
        let state = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-gateway-\(UUID())")
        let usage = UsageReporter(
            controlPlane: controlPlane, journal: try UsageJournal(directory: state.path), registry: table,
            retention: .seconds(600), metrics: metrics, logger: logger)
        let memory = MemoryBudget(options.sessions)
        memory.onExceeded { table.makeRoom(in: memory) }
        let targets = EgressGuard(
            TargetPolicy(allowing: options.egress.allow, denying: options.egress.deny),
            denials: metrics.targetsDenied)
        let nodes = NodeConnections(
            configuration: options.egress, targets: targets, metrics: metrics, logger: logger)
        let environment = SessionEnvironment(
            settings: settings, targets: targets,
            admission: admission, controlPlane: controlPlane,
            usage: usage, table: table, nodes: nodes, memory: memory, metrics: metrics, logger: logger)
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 2)
        let (ports, continuation) = AsyncStream.makeStream(of: Int.self)
        let certificateInUse = try ServerCertificate(certificatePath: certificate.certificate, keyPath: certificate.key)
        let listener = GatewayListener(
            configuration: listening, certificate: certificateInUse, environment: environment,
            maxSessions: options.sessions.maxSessions,
            group: group, logger: logger
        ) { continuation.yield($0) }
        let services = ServiceGroup(
            configuration: .init(services: [.init(service: usage), .init(service: listener)], logger: logger))
        let running = Task { try await services.run() }
        var iterator = ports.makeAsyncIterator()
        guard let port = await iterator.next() else { throw CancellationError() }
        return TestGateway(
            port: port, controlPlane: controlPlane, table: table, metrics: metrics, environment: environment,
            stateDirectory: state.path, services: services,
            running: running, group: group)
    }

    var heldBytes: Int { environment.memory.heldBytes }

    var settings: LiveSettings { environment.settings }

    func beginShutdown() async { await services.triggerGracefulShutdown() }

    func stop() async throws {
        await services.triggerGracefulShutdown()
        try await running.value
        try await group.shutdownGracefully()
    }
}
