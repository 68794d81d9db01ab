import ArgumentParser
import HTTVPSObservability

@main
struct GatewayCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "httvps-gateway",
        abstract: "The door of HTTVPS: tunnels inside ordinary HTTPS, led out through Shadowsocks nodes.",
        discussion: """
            Settings come from the environment, a file .env in the working directory and a YAML file given with \
            --config, the first that has a key wins; deploy/gateway.example.yaml shows every key. Needed are \
            GATEWAY_TLS_CERT_PATH, GATEWAY_TLS_KEY_PATH, BACKEND_BASE_URL, GATEWAY_NODE_ID and GATEWAY_TOKEN.

            First steps:
              httvps-gateway check-config --config gateway.yaml
              httvps-gateway serve --config gateway.yaml

            SIGTERM or SIGINT drains: no new sessions, open streams may end within GATEWAY_DRAIN_GRACE; a second one \
            ends at once. SIGHUP reads the certificate and the settings again; SIGUSR1 turns the log level debug on and off.

            Exit codes: 0 done, 1 failed, 64 wrong arguments, 78 wrong configuration.
            """,
        version: BuildInfo.version,
        subcommands: [ServeCommand.self, CheckConfigCommand.self, HealthCommand.self, DoctorCommand.self],
        defaultSubcommand: ServeCommand.self)
}
