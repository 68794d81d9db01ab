import ArgumentParser

struct Admin: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Administer the service: every call of the backend's admin API.",
        discussion: """
            Members are given as name=value: httvps admin users create email=ann@example.org name=Ann. \
            name=null puts a member back to its default, := takes JSON as it stands, and name=@FILE reads the value from \
            a file or a pipe, without the line end at its end, name=- from standard input. Secrets are taken in these \
            two ways only; those that are required are asked for. All of it is UTF-8 text.

            Who asks:
              httvps admin login    keeps an operator's token, one profile for each backend
              HTTVPS_ADMIN_TOKEN    a token for this shell, with HTTVPS_BACKEND_URL and HTTVPS_CA_CERT

            Exit codes: 0 success, 1 you declined, 64 wrong usage, 65 the backend did not accept what was sent, 69 \
            backend unreachable, 74 output cannot be written, 75 try again later, 77 not allowed, 78 wrong \
            configuration or a file that cannot be read.
            """,
        subcommands: [
            AdminLogin.self, AdminLogout.self, AdminProfiles.self, ResourceCommand<Users>.self,
            ResourceCommand<Devices>.self, ResourceCommand<Plans>.self, ResourceCommand<Subscriptions>.self,
            ResourceCommand<Regions>.self, ResourceCommand<OutlineNodes>.self, ResourceCommand<GatewayNodes>.self,
            ResourceCommand<Sessions>.self, ResourceCommand<Administrators>.self, ResourceCommand<APITokens>.self,
            ResourceCommand<AuditEvents>.self, UsageFigures.self, ExplainAssignment.self,
        ])
}
