import Foundation
import HTTVPSPostgres

struct SubscriptionStore: Sendable {
    private static let columns: SQLQuery = """
        id, revision, user_id, plan_id, timezone, starts_at, ends_at, created_at, updated_at, status, period_start,
        period_end, bytes_used, traffic_limit_bytes
        """

    func find(_ id: String, at now: Date, on executor: some PostgresExecutor) async throws -> Subscription? {
        try await executor.first("SELECT \(Self.columns) FROM subscriptions_at(\(now)) WHERE id = \(id)")
            .map(Subscription.init)
    }

    func overlaps(_ draft: SubscriptionDraft, at now: Date, on transaction: PostgresTransaction) async throws -> Bool {
        try await transaction.first(
            """
            SELECT id FROM subscriptions
            WHERE user_id = \(draft.userID) AND deleted_at IS NULL AND cancelled_at IS NULL
                AND (ends_at IS NULL OR ends_at > \(now))
                AND tstzrange(starts_at, ends_at) && tstzrange(\(draft.startsAt), \(draft.endsAt)) LIMIT 1
            """) != nil
    }

    func create(
        _ draft: SubscriptionDraft, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Subscription {
        let id = Identifier.make(.subscription, at: now)
        try await transaction.execute(
            """
            INSERT INTO subscriptions (id, user_id, plan_id, timezone, starts_at, ends_at)
            VALUES (\(id), \(draft.userID), \(draft.planID), \(draft.timezone), \(draft.startsAt), \(draft.endsAt))
            """)
        return try await transaction.query("SELECT \(Self.columns) FROM subscriptions_at(\(now)) WHERE id = \(id)")
            .onlyRow(Subscription.init)
    }

    func listing(_ query: Query, at now: Date) -> Listing {
        var listing = Listing("SELECT \(Self.columns) FROM subscriptions_at(\(now))")
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let user = query["user_id"] { listing.conditions.append("user_id = \(user)") }
        if let plan = query["plan_id"] { listing.conditions.append("plan_id = \(plan)") }
        return listing
    }
}
