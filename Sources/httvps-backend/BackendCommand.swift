import ArgumentParser
import HTTVPSObservability

@main
struct BackendCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "httvps-backend",
        abstract: "The control plane of HTTVPS: devices, plans, nodes, sessions and usage.",
        discussion: """
            Settings come from the environment and from a file .env in the working directory; .env.example lists \
            them. BACKEND_DB_DSN and BACKEND_SECRET_KEY are needed. For a first look on one machine, \
            BACKEND_DEBUG=true needs neither: it starts a private PostgreSQL under .run/ and keeps a key there.

            First steps:
              httvps-backend migrate up
              httvps-backend admin-token create --role admin --name me
              httvps-backend serve

            Exit codes: 0 done, 1 failed, 64 wrong arguments, 78 wrong configuration.
            """,
        version: BuildInfo.version,
        subcommands: [
            ServeCommand.self, MigrateCommand.self, AdminTokenCommand.self, KeysCommand.self, AuditCommand.self,
            HealthCommand.self, DoctorCommand.self, RestoreCommand.self,
        ])
}
