import HTTVPSPostgres

struct SubscriptionRoutes: Sendable {
    static let path = "/api/v1/admin/subscriptions"

    let desk: AdminDesk
    let timeZones: TimeZoneNames
    let store = SubscriptionStore()
    let users = UserStore()
    let plans = PlanStore()

    var endpoints: [Endpoint] {
        [
            desk.list(
                Self.path,
                filters: [
                    "status": .choice(Subscription.Status.allCases.map(\.rawValue)), "user_id": .text, "plan_id": .text,
                ],
                listing: { store.listing($0.query, at: $0.now) }, item: { try Subscription($0).json }),
            desk.read(Self.path) { call in
                guard let subscription = try await store.find(call.id, at: call.now, on: desk.pool) else {
                    throw ObjectKind.subscription.notFound
                }
                return .reading(subscription)
            },
            desk.change(Self.path, respond: create),
        ]
    }

    @Sendable private func create(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        var reader = MemberReader(call.json)
        let draft = SubscriptionDraft(&reader, now: call.now, timeZones: try await timeZones.all(on: transaction))
        if let user = draft.userID, try await !users.lock(user, on: transaction) { reader.unknownReference("user_id") }
        if let plan = draft.planID, try await !plans.isOffered(plan, on: transaction) {
            reader.unknownReference("plan_id")
        }
        try reader.finish()
        guard try await !store.overlaps(draft, at: call.now, on: transaction) else {
            throw ProblemError(.subscriptionOverlap, "The user has another subscription in this time.")
        }
        let subscription = try await store.create(draft, at: call.now, on: transaction)
        try await desk.audit.write(.created(subscription), by: call, on: transaction)
        return .created(subscription, at: Self.path)
    }
}
