import HTTVPSObservability
import HTTVPSPostgres
import Logging

struct RestoredDatabase: Sendable {
    private static let counted = [
        "users", "devices", "subscriptions", "outline_nodes", "gateway_nodes", "sessions", "audit_events",
    ]

    let pool: PostgresPool
    let configuration: BackendConfiguration
    let logger: Logger

    func examine() async -> DiagnosisReport {
        var diagnoses = [Diagnosis.ok("dump", "was restored")]
        let migrations = await migrate()
        diagnoses.append(migrations)
        guard migrations.state == .ok else { return DiagnosisReport(diagnoses) }
        let secrets = SecretTrial(pool: pool, configuration: configuration)
        let (keys, vault) = await secrets.keys()
        diagnoses.append(keys)
        if let vault {
            diagnoses.append(await secrets.nodeSecrets(vault))
            diagnoses.append(await auditLog())
        }
        diagnoses.append(await counts())
        return DiagnosisReport(diagnoses)
    }

    private func migrate() async -> Diagnosis {
        do {
            let files = try MigrationFolder(path: configuration.migrationsPath).load()
            let migrator = Migrator(pool: pool, migrations: files, logger: logger)
            let known = try await migrator.plan().applied.count
            guard known > 0 else {
                return .fail("migrations", "the dump has none: it is no backup of a backend", "Take the right file.")
            }
            let outcome = try await SchemaUpgrade(
                configuration: configuration, pool: pool, migrations: files, logger: logger
            ).run()
            let newer = outcome.applied.count
            return .ok("migrations", "all \(known) fit" + (newer > 0 ? ", and \(newer) newer ones were applied" : ""))
        } catch let error as MigrationError {
            return .fail(
                "migrations", error.message, "Use the program of the version that made the dump, or a newer one.")
        } catch {
            return .fail("migrations", "\(error)", "Use the program of the version that made the dump, or a newer one.")
        }
    }

    private func auditLog() async -> Diagnosis {
        let advice = "Compare with an export and the block hashes in the logs, and look for an older dump."
        do {
            let ring = KeyRing(secret: configuration.secretKey, previous: configuration.previousSecretKey)
            try await KeyStore(pool: pool, ring: ring).load()
            let report = try await AuditInspection(pool: pool, keys: ring).verify()
            return .ok(
                "audit log",
                "\(report.sealedEvents) events in \(report.blocks) blocks fit, "
                    + "\(report.unsealedEvents) wait for their block")
        } catch let fault as AuditFault {
            return .fail("audit log", "\(fault.eventID ?? "a block"): \(fault.message)", advice)
        } catch {
            return .fail("audit log", "\(error)", advice)
        }
    }

    private func counts() async -> Diagnosis {
        do {
            var parts: [String] = []
            for table in Self.counted {
                let row = try await pool.first("SELECT count(*) AS n FROM \(unsafe: table)")
                let number: Int64 = try row?.decode("n") ?? 0
                parts.append("\(number) \(table)")
            }
            return .ok("contents", parts.joined(separator: ", "))
        } catch {
            return .fail("contents", "cannot be counted: \(error)", "Take another dump.")
        }
    }
}
