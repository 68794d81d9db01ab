import HTTVPSPostgres

struct UserRoutes: Sendable {
    let desk: AdminDesk
    let store = UserStore()
    let sessions = SessionStore()
    let devices = DeviceStore()
    let subscriptions = SubscriptionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(User.self) { store.listing($0.query) },
            desk.read(User.self) { try await store.find($0.id, on: desk.pool) },
            desk.create(User.self, codes: [.emailTaken]) { submission, call, transaction in
                Created(try await store.create(submission, at: call.now, on: transaction))
            },
            desk.change(User.self, codes: [.emailTaken], lock: lock) { before, submission, call, transaction in
                let user = try await store.update(before.id, submission, at: call.now, on: transaction)
                if submission.changes("status") {
                    try await sessions.revokeRefused(where: "user_id = \(user.id)", at: call.now, on: transaction)
                }
                return user
            },
            desk.remove(User.self, lock: lock) { user, call, transaction in
                try await removeBelongings(of: user, call, on: transaction)
                try await store.remove(user.id, at: call.now, on: transaction)
                try await sessions.revokeRefused(where: "user_id = \(user.id)", at: call.now, on: transaction)
            },
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> User? {
        try await store.lock(call.id, on: transaction)
    }

    private func removeBelongings(of user: User, _ call: Call, on transaction: PostgresTransaction) async throws {
        for device in try await devices.removeAll(of: user.id, at: call.now, on: transaction) {
            try await desk.audit.write(.deleted(device), by: call, on: transaction)
        }
        for subscription in try await subscriptions.removeAll(of: user.id, at: call.now, on: transaction) {
            try await desk.audit.write(.deleted(subscription), by: call, on: transaction)
        }
    }
}
