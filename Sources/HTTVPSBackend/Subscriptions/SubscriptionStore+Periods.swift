import Foundation
import HTTVPSPostgres

extension SubscriptionStore {
    func periods(
        where condition: SQLQuery, at now: Date, on transaction: PostgresTransaction
    ) async throws -> [String: Date] {
        let rows = try await transaction.query(
            "SELECT id, period_start FROM subscriptions_at(\(now)) WHERE \(condition)")
        return Dictionary(
            try rows.map { (try $0.decode("id"), try $0.decode("period_start")) },
            uniquingKeysWith: { first, _ in first })
    }

    func recount(
        where condition: SQLQuery, turnedSince before: [String: Date], at now: Date, on transaction: PostgresTransaction
    ) async throws {
        let turned = try await periods(where: condition, at: now, on: transaction)
            .filter { before[$0.key] != $0.value }.keys.sorted()
        guard !turned.isEmpty else { return }
        try await transaction.execute("SELECT recount_usage(\(now), \(turned))")
    }
}
