package import Foundation
package import HTTVPSObservability
package import HTTVPSPostgres
import HTTVPSProtocol
package import Logging

package struct BackendCore: Sendable {
    package let pool: PostgresPool
    package let migrator: Migrator
    package let keys: KeyRing
    package let hasher: CredentialHasher
    package let vault: NodeVault
    package let deviceTokens: DeviceTokens
    package let registry: PrometheusRegistry
    package let now: @Sendable () -> Date
    package let logger: Logger
    package let tracer: SpanTracer?
    let administratorTokens: AccessTokens
    let readiness: Readiness
    let administration: AdminEndpoints
    let credentialMetrics: CredentialMetrics
    let keyKeeper: KeyKeeper
    let keyRotator: KeyRotator

    package init(
        configuration: BackendConfiguration, pool: PostgresPool, logger: Logger,
        now: @escaping @Sendable () -> Date = { Date() }
    ) async throws {
        self.pool = pool
        self.logger = logger
        self.now = now
        registry = PrometheusRegistry()
        credentialMetrics = CredentialMetrics(registry: registry)
        tracer = configuration.traces.map { SpanTracer(ratio: $0.ratio) }
        tracer?.queue.register(on: registry, service: "backend")
        keys = KeyRing(secret: configuration.secretKey, previous: configuration.previousSecretKey, now: now)
        keyKeeper = KeyKeeper(store: KeyStore(pool: pool, ring: keys), logger: logger)
        hasher = CredentialHasher(keys: keys)
        vault = try NodeVault(keys: keys)
        let access = try await AccessTokens(
            audience: .device, keys: keys, algorithm: configuration.tokenAlgorithm,
            lifetime: configuration.tokenLifetime)
        administratorTokens = try await AccessTokens(
            audience: .admin, keys: keys, algorithm: configuration.tokenAlgorithm,
            lifetime: configuration.tokenLifetime)
        deviceTokens = DeviceTokens(access: access, hasher: hasher, secrets: RefreshSecrets(keys: keys))
        migrator = Migrator(
            pool: pool, migrations: try MigrationFolder(path: configuration.migrationsPath).load(), logger: logger)
        readiness = Readiness(migrator: migrator, keys: keys)
        administration = try AdminEndpoints(
            pool: pool, keys: keys, hasher: hasher, tokens: deviceTokens, vault: vault)
        let tls = try ManagementConnection.context()
        keyRotator = KeyRotator(
            store: KeyRotationStore(pool: pool, vault: vault), connection: ManagementConnection(tls: tls),
            canary: KeyCanary(tls: tls, target: configuration.canaryTarget.flatMap(TargetAddress.init)),
            metrics: KeyRotationMetrics(registry: registry), logger: logger, now: now)
    }
}
