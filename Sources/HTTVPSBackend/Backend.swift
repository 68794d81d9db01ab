import Foundation
import HTTVPSConfiguration
import HTTVPSObservability
import HTTVPSPostgres
package import Hummingbird
package import Logging
import NIOCore
package import ServiceLifecycle
package import UnixSignals

package struct Backend {
    package let core: BackendCore
    package let configuration: BackendConfiguration
    package let database: BackendDatabase
    private let logger: Logger

    package init(configuration: BackendConfiguration, database: BackendDatabase, logger: Logger) async throws {
        self.configuration = configuration
        self.database = database
        self.logger = logger
        core = try await BackendCore(configuration: configuration, pool: database.pool, logger: logger)
    }

    package init(configuration: BackendConfiguration, core: BackendCore, logger: Logger) {
        self.configuration = configuration
        self.core = core
        self.logger = logger
        database = BackendDatabase(pool: core.pool, cluster: nil)
    }

    package var application: Application<BackendResponder> {
        Application(
            responder: responder,
            server: .http1(configuration: .init(additionalChannelHandlers: [RequestDeadlines(), RefusalHeaders()])),
            configuration: ApplicationConfiguration(
                address: .hostname(configuration.listen.host, port: configuration.listen.port), serverName: nil),
            logger: logger)
    }

    package func prepare() async throws {
        do {
            try await core.migrator.verify()
            try await core.keyKeeper.load()
            if try await !ApplicationRole.guardsAuditLog(on: core.pool) {
                logger.warning(
                    """
                    the backend works with the rights of the owner of its tables, so that only triggers guard the \
                    audit log: run httvps-backend migrate up with an account that may create the role \
                    \(configuration.applicationRole)
                    """)
            }
        } catch let error as MigrationError where error.code == .databaseUnavailable {
            waitForDatabase()
        } catch let error as PostgresError where error.isUnavailable {
            waitForDatabase()
        }
    }

    private func waitForDatabase() {
        core.keys.close()
        logger.warning("the database does not answer yet; the backend starts and waits for it")
    }

    package func serviceGroup(signals: [UnixSignal], reload: BackendReload? = nil) -> ServiceGroup {
        ProcessMetrics.register(on: core.registry, service: "backend")
        DatabaseMetrics.register(database, capacity: configuration.poolSize, on: core.registry)
        let surveyor = FleetSurveyor(
            store: FleetStore(pool: core.pool), migrator: core.migrator, interval: .seconds(5), now: core.now,
            metrics: FleetMetrics(registry: core.registry, now: core.now), logger: logger)
        let sweeper = SessionSweeper(
            pool: core.pool, interval: .seconds(5), now: core.now, metrics: SweepMetrics(registry: core.registry),
            logger: logger)
        let sealer = AuditSealer(
            sealing: AuditSealing(pool: core.pool, signature: core.administration.desk.audit.signature),
            interval: .seconds(1), now: core.now, metrics: AuditMetrics(registry: core.registry), logger: logger)
        let services: [any Service] = [
            DatabaseService(pool: database.pool, cluster: database.cluster), core.keyKeeper, sealer, sweeper,
            surveyor,
            KeyRotationService(rotator: core.keyRotator, interval: .seconds(1), logger: logger),
            MetricsListener.application(registry: core.registry, address: configuration.metrics, logger: logger),
            application, DrainGate(readiness: core.readiness, delay: configuration.drainDelay),
        ]
        var group = ServiceGroupConfiguration(
            services: (observers + services + attention(reload)).map {
                ServiceGroupConfiguration.ServiceConfiguration(service: $0)
            },
            gracefulShutdownSignals: signals, logger: logger)
        group.maximumGracefulShutdownDuration = configuration.drainDelay + .seconds(15)
        return ServiceGroup(configuration: group)
    }

    private var observers: [any Service] {
        guard let tracer = core.tracer, let traces = configuration.traces else { return [] }
        return [
            SpanCollector(
                traces, queue: tracer.queue, service: "httvps-backend", instance: UUID().uuidString.lowercased(),
                logger: logger)
        ]
    }

    private func attention(_ reload: BackendReload?) -> [any Service] {
        guard let reload else { return [] }
        return [
            SettingsReloader(reload: reload, logger: logger),
            LogLevelSwitch(threshold: reload.threshold, logger: logger),
        ]
    }

    package func run(signals: [UnixSignal], reload: BackendReload? = nil) async throws {
        do {
            try await serviceGroup(signals: signals, reload: reload).run()
        } catch let error as IOError {
            throw ListenError(addresses: [configuration.listen, configuration.metrics], cause: error)
        }
    }

    private var responder: BackendResponder {
        let window = configuration.rateWindowSeconds
        let budgets = RateLimiter.Budgets(
            operators: RateBudget(quota: configuration.operatorRequests, windowSeconds: window),
            machines: RateBudget(quota: configuration.machineRequests, windowSeconds: window),
            addresses: RateBudget(quota: configuration.addressRequests, windowSeconds: window))
        let pipeline = RequestPipeline(
            table: EndpointTable(core.endpoints), policy: .standard, authenticator: core.authenticator,
            limiter: RateLimiter(budgets: budgets),
            clientAddress: ClientAddress(trustedProxies: configuration.trustedProxies.compactMap(IPNetwork.init)))
        return BackendResponder(
            pipeline: pipeline, metrics: RequestMetrics(registry: core.registry), now: core.now,
            tracer: core.tracer)
    }
}
