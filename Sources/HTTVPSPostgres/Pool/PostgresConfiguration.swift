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

    package init(dsn: PostgresDSN) { self.dsn = dsn }

    static let silenceAllowance: Duration = .seconds(1)

    var statementLimit: Duration { statementTimeout + Self.silenceAllowance }

    var setupScript: String {
        """
        SET TimeZone = 'UTC'; SET DateStyle = 'ISO, YMD'; SET bytea_output = 'hex'; SET extra_float_digits = 1;
        SET client_min_messages = 'warning'; SET statement_timeout = \(statementTimeout.milliseconds);
        SET idle_in_transaction_session_timeout = \(idleTransactionTimeout.milliseconds)
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
