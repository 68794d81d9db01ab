import Foundation
package import Logging

package final class PostgresPool: PostgresExecutor {
    let mailbox: PoolMailbox
    private let configuration: PostgresConfiguration

    package init(
        configuration: PostgresConfiguration, logger: Logger, observer: (any PostgresPoolObserver)? = nil
    ) throws(PostgresError) {
        let mailbox = try PoolMailbox()
        self.mailbox = mailbox
        self.configuration = configuration
        let thread = Thread {
            let loop = PoolLoop(configuration: configuration, mailbox: mailbox, observer: observer, logger: logger)
            guard let loop else { return mailbox.seal().forEach { $0.refuse(.poolClosed) } }
            loop.run()
        }
        thread.name = "postgres"
        thread.start()
    }

    deinit { _ = mailbox.post(.shutdown(nil)) }

    package var counts: PoolCounts { mailbox.counts }

    package func run(_ query: SQLQuery) async throws(PostgresError) -> PostgresResult {
        try query.checked()
        return try await mailbox.result(limit: configuration.statementLimit, body: .query(query)) { .query($0) }
    }

    package nonisolated(nonsending) func transaction<Value>(
        isolation: TransactionIsolation = .readCommitted,
        _ body: nonisolated(nonsending) (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let session = try await lease(limit: configuration.statementLimit)
        do {
            let value = try await session.transaction(isolation: isolation, body)
            session.release(keep: true)
            return value
        } catch {
            session.release(keep: true)
            throw error
        }
    }

    package nonisolated(nonsending) func withConnection<Value>(
        statementTimeout: Duration? = nil,
        _ body: nonisolated(nonsending) (PostgresSession) async throws -> Value
    ) async throws -> Value {
        let timeout = statementTimeout ?? configuration.statementTimeout
        let session = try await lease(limit: timeout + PostgresConfiguration.silenceAllowance)
        defer { session.release(keep: false) }
        try await session.execute("SET statement_timeout = \(unsafe: String(timeout.milliseconds))")
        return try await body(session)
    }

    package func shutdown() async {
        await withCheckedContinuation { reply in
            let command = PoolCommand.shutdown(reply)
            if !mailbox.post(command) { command.refuse(.poolClosed) }
        }
    }

    private func lease(limit: Duration) async throws(PostgresError) -> PostgresSession {
        let lease = try await mailbox.answer { id, reply in .lease(id, reply) }
        return PostgresSession(mailbox: mailbox, lease: lease, limit: limit)
    }
}
