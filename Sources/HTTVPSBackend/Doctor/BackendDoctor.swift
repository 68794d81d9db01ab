package import Foundation
import HTTVPSConfiguration
package import HTTVPSObservability
import HTTVPSPostgres
package import Logging

package struct BackendDoctor: Sendable {
    private let configuration: BackendConfiguration
    private let logger: Logger
    private let now: @Sendable () -> Date

    package init(
        _ configuration: BackendConfiguration, logger: Logger, now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        self.logger = logger
        self.now = now
    }

    package func examine() async -> DiagnosisReport {
        var diagnoses = [Diagnosis.ok("configuration", "has no faults")]
        diagnoses += await ports()
        do {
            let database = try await BackendDatabase.open(configuration, joiningRunningCluster: true, logger: logger)
            diagnoses += await examine(database)
            await database.close()
        } catch {
            diagnoses.append(DatabaseTrial.unreachable(error))
        }
        return DiagnosisReport(diagnoses)
    }

    private func ports() async -> [Diagnosis] {
        let (door, metrics) = (configuration.listen, configuration.metrics)
        let probe = HealthQuestion(host: door.host, port: door.port, path: "/livez")
        return [
            await PortTrial("port", host: door.host, port: door.port).diagnosis(ownProbe: probe),
            await PortTrial("metrics port", host: metrics.host, port: metrics.port).diagnosis(ownProbe: probe),
        ]
    }

    private func examine(_ database: BackendDatabase) async -> [Diagnosis] {
        let trial = DatabaseTrial(pool: database.pool, configuration: configuration, logger: logger)
        var diagnoses = await trial.server(at: now)
        guard !diagnoses.contains(where: { $0.state == .fail }) else { return diagnoses }
        let migrations = await trial.migrations()
        diagnoses.append(migrations)
        guard migrations.state == .ok else { return diagnoses }
        diagnoses.append(await trial.rights())
        let secrets = SecretTrial(pool: database.pool, configuration: configuration)
        let (keys, vault) = await secrets.keys()
        diagnoses.append(keys)
        guard let vault else { return diagnoses }
        diagnoses.append(await secrets.nodeSecrets(vault))
        let nodes = NodeTrial(pool: database.pool, vault: vault, configuration: configuration)
        return diagnoses + (await nodes.diagnoses(at: now()))
    }
}
