import HTTVPSPostgres

struct PlanRoutes: Sendable {
    let desk: AdminDesk
    let store = PlanStore()
    let regions = RegionStore()
    let subscriptions = SubscriptionStore()
    let sessions = SessionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(Plan.self) { store.listing($0.query) },
            desk.read(Plan.self) { try await store.find($0.id, on: desk.pool) },
            desk.create(Plan.self, codes: [.planCodeTaken], check: check) { submission, call, transaction in
                Created(try await store.create(submission, at: call.now, on: transaction))
            },
            desk.change(Plan.self, lock: lock, check: check, apply: update),
            desk.remove(Plan.self, codes: [.inUse], lock: lock) { plan, call, transaction in
                guard try await !store.isInUse(plan.id, on: transaction) else {
                    throw ProblemError(.inUse, "Subscriptions have this plan.")
                }
                try await store.remove(plan.id, at: call.now, on: transaction)
            },
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> Plan? {
        try await store.lock(call.id, on: transaction)
    }

    @Sendable private func update(
        _ before: Plan, _ submission: Submission, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Plan {
        let ofPlan: SQLQuery = "plan_id = \(before.id)"
        let periods = try await subscriptions.periods(where: ofPlan, at: call.now, on: transaction)
        let plan = try await store.update(before.id, submission, at: call.now, on: transaction)
        try await subscriptions.recount(where: ofPlan, turnedSince: periods, at: call.now, on: transaction)
        if submission.changes("traffic_limit_bytes") || submission.changes("period") {
            try await sessions.revokeRefused(
                where: "subscription_id IN (SELECT id FROM subscriptions WHERE \(ofPlan))", at: call.now,
                on: transaction)
        }
        return plan
    }

    @Sendable private func check(
        _ submission: inout Submission, _ before: Plan?, _ call: Call, on transaction: PostgresTransaction
    ) async throws {
        guard before == nil || submission.changes("regions"), let codes = submission.items("regions") else { return }
        let known = try await regions.known(among: codes.compactMap(\.text), on: transaction)
        for (index, code) in codes.enumerated() where code.text.map(known.contains) == false {
            submission.fault("regions", item: index, .unknownReference, "No such region.")
        }
    }
}
