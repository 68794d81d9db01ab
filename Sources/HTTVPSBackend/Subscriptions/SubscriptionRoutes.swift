import Foundation
import HTTVPSPostgres

struct SubscriptionRoutes: Sendable {
    let desk: AdminDesk
    let timeZones: TimeZoneNames
    let store = SubscriptionStore()
    let users = UserStore()
    let plans = PlanStore()
    let sessions = SessionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(Subscription.self) { store.listing($0.query, at: $0.now) },
            desk.read(Subscription.self) { try await store.find($0.id, at: $0.now, on: desk.pool) },
            desk.create(Subscription.self, codes: [.subscriptionOverlap], check: check, make: create),
            desk.change(
                Subscription.self, codes: [.subscriptionOverlap], lock: lock, check: check, apply: update),
            desk.remove(Subscription.self, lock: lock) { subscription, call, transaction in
                try await store.remove(subscription.id, at: call.now, on: transaction)
                try await revokeSessions(of: subscription, call, on: transaction)
            },
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> Subscription? {
        guard let known = try await store.find(call.id, at: call.now, on: transaction) else { return nil }
        _ = try await users.lock(known.userID, on: transaction)
        return try await store.lock(call.id, at: call.now, on: transaction)
    }

    @Sendable private func create(
        _ submission: Submission, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Created<Subscription> {
        let startsAt = submission.time("starts_at") ?? call.now
        let span = SubscriptionSpan(
            userID: submission.text("user_id") ?? "", startsAt: startsAt, endsAt: submission.time("ends_at"))
        try await refuseOverlap(of: span, call, on: transaction)
        return Created(try await store.create(submission, startsAt: startsAt, at: call.now, on: transaction))
    }

    @Sendable private func update(
        _ before: Subscription, _ submission: Submission, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Subscription {
        if submission.text("status") != Subscription.Status.cancelled.rawValue {
            let span = SubscriptionSpan(
                userID: before.userID, subscriptionID: before.id, startsAt: before.startsAt,
                endsAt: submission.time("ends_at"))
            try await refuseOverlap(of: span, call, on: transaction)
        }
        let periods = [before.id: before.currentPeriod.startsAt]
        _ = try await store.update(before.id, submission, at: call.now, on: transaction)
        try await store.recount(where: "id = \(before.id)", turnedSince: periods, at: call.now, on: transaction)
        try await revokeSessions(of: before, call, on: transaction)
        return try await store.find(before.id, at: call.now, on: transaction) ?? before
    }

    private func refuseOverlap(
        of span: SubscriptionSpan, _ call: Call, on transaction: PostgresTransaction
    ) async throws {
        guard !span.hasEnded(by: call.now) else { return }
        guard try await !store.overlaps(span, at: call.now, on: transaction) else {
            throw ProblemError(.subscriptionOverlap, "The user has another subscription in this time.")
        }
    }

    private func revokeSessions(
        of subscription: Subscription, _ call: Call, on transaction: PostgresTransaction
    ) async throws {
        try await sessions.revokeRefused(
            where: "subscription_id = \(subscription.id)", at: call.now, on: transaction)
    }
}
