import Foundation
import HTTVPSPostgres

extension SubscriptionRoutes {
    @Sendable func check(
        _ submission: inout Submission, _ before: Subscription?, _ call: Call, on transaction: PostgresTransaction
    ) async throws {
        if let zone = submission.text("timezone"), try await !timeZones.all(on: transaction).contains(zone) {
            submission.fault("timezone", .invalidFormat, "timezone should be \(TextForm.timeZone.form).")
        }
        checkEnd(&submission, isNew: before == nil, at: call.now)
        if before == nil, let user = submission.text("user_id"), try await users.lock(user, on: transaction) == nil {
            submission.unknownReference("user_id")
        }
        if submission.changes("plan_id"), let plan = submission.text("plan_id"),
            try await !plans.isOffered(plan, on: transaction)
        {
            submission.unknownReference("plan_id")
        }
    }

    private func checkEnd(_ submission: inout Submission, isNew: Bool, at now: Date) {
        guard submission.changes("ends_at"), let end = submission.time("ends_at") else { return }
        if let start = submission.time("starts_at"), end <= start {
            submission.fault("ends_at", .beforeStart, "ends_at lies behind starts_at.")
        }
        if isNew, end <= now { submission.fault("ends_at", .inThePast, "ends_at lies in the future.") }
    }
}
