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

    func lock(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws -> Subscription? {
        _ = try await transaction.first("SELECT id FROM subscriptions WHERE id = \(id) FOR UPDATE")
        return try await find(id, at: now, on: transaction)
    }

    func overlaps(
        _ span: SubscriptionSpan, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Bool {
        try await transaction.first(
            """
            SELECT id FROM subscriptions
            WHERE user_id = \(span.userID) AND deleted_at IS NULL AND cancelled_at IS NULL
                AND id IS DISTINCT FROM \(span.subscriptionID) AND (ends_at IS NULL OR ends_at > \(now))
                AND tstzrange(starts_at, ends_at) && tstzrange(\(span.startsAt), \(span.endsAt)) LIMIT 1
            """) != nil
    }

    func create(
        _ new: Submission, startsAt: Date, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Subscription {
        let id = Identifier.make(.subscription, at: now)
        try await transaction.execute(
            """
            INSERT INTO subscriptions (id, user_id, plan_id, timezone, starts_at, ends_at, created_at, updated_at)
            VALUES (\(id), \(new.text("user_id")), \(new.text("plan_id")), \(new.text("timezone")), \(startsAt),
                \(new.time("ends_at")), \(now), \(now))
            """)
        return try await written(id, at: now, on: transaction)
    }

    func update(
        _ id: String, _ new: Submission, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Subscription {
        let cancelledAt = new.text("status") == Subscription.Status.cancelled.rawValue ? now : nil
        try await transaction.execute(
            """
            UPDATE subscriptions SET plan_id = \(new.text("plan_id")), ends_at = \(new.time("ends_at")),
                timezone = \(new.text("timezone")), cancelled_at = coalesce(cancelled_at, \(cancelledAt)),
                revision = revision + 1, updated_at = \(now)
            WHERE id = \(id)
            """)
        return try await written(id, at: now, on: transaction)
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("subscriptions", where: "id = \(id)", at: now)
    }

    func removeAll(
        of userID: String, at now: Date, on transaction: PostgresTransaction
    ) async throws -> [Subscription] {
        try await transaction.execute("SELECT id FROM subscriptions WHERE user_id = \(userID) ORDER BY id FOR UPDATE")
        let subscriptions = try await transaction.query(
            "SELECT \(Self.columns) FROM subscriptions_at(\(now)) WHERE user_id = \(userID) ORDER BY id"
        ).map(Subscription.init)
        for subscription in subscriptions { try await remove(subscription.id, at: now, on: transaction) }
        return subscriptions
    }

    private func written(
        _ id: String, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Subscription {
        try await transaction.query("SELECT \(Self.columns) FROM subscriptions_at(\(now)) WHERE id = \(id)")
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
