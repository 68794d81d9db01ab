import Foundation

package struct PostgresConfiguration: Sendable {
    package var dsn: PostgresDSN
    package var maximumConnections = 8
    package var maximumWaiters = 1000
    package var connectTimeout: Duration = .seconds(5)
    package var waitTimeout: Duration = .seconds(5)
    package var statementTimeout: Duration = .seconds(10)
    package var idleTimeout: Duration = .seconds(60)
    package var idleTransactionTimeout: Duration = .seconds(60)
    package var statementCacheCapacity = 256
    package var applicationName = "httvps"
    package var role: String?

    package init(dsn: PostgresDSN) { self.dsn = dsn }

    static let silenceAllowance: Duration = .seconds(1)

    var statementLimit: Duration { statementTimeout + Self.silenceAllowance }

    var setupScript: String {
        """
        SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'; SET extra_float_digits = 1;
        SET client_min_messages = 'warning'; SET statement_timeout = \(statementTimeout.milliseconds);
        SET idle_in_transaction_session_timeout = \(idleTransactionTimeout.milliseconds)
        """ + (role.map(Self.takingRole) ?? "")
    }

    private static func takingRole(_ role: String) -> String {
        let name = role.replacingOccurrences(of: "'", with: "''")
        return """
            ; SELECT set_config('role', rolname, false) FROM pg_roles
            WHERE rolname = '\(name)' AND pg_has_role(session_user, oid, 'MEMBER')
            """
    }

    var limits: PoolStateMachine.Limits {
        PoolStateMachine.Limits(
            maximumConnections: max(1, maximumConnections), maximumWaiters: maximumWaiters, waitTimeout: waitTimeout,
            idleTimeout: idleTimeout)
    }
}

extension Duration {
    var milliseconds: Int64 { components.seconds * 1000 + components.attoseconds / 1_000_000_000_000_000 }
}
