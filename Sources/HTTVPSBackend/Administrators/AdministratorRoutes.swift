import HTTVPSPostgres

struct AdministratorRoutes: Sendable {
    let desk: AdminDesk
    let passwords: PasswordDesk
    let store = AdministratorStore()

    var endpoints: [Endpoint] {
        [
            desk.list(Administrator.self) { store.listing($0.query) },
            desk.read(Administrator.self) { try await store.find($0.id, on: desk.pool) },
            desk.create(Administrator.self, codes: [.emailTaken]) { submission, call, transaction in
                let hash = try await passwords.hash(submission.text("password") ?? "")
                return Created(
                    try await store.create(submission, passwordHash: hash, at: call.now, on: transaction))
            },
            desk.change(Administrator.self, lock: lock) { before, submission, call, transaction in
                var hash: String?
                if submission.changes("password"), let password = submission.text("password") {
                    hash = try await passwords.hash(password)
                }
                return try await store.update(
                    before.id, submission, passwordHash: hash, at: call.now, on: transaction)
            },
            desk.remove(Administrator.self, codes: [.inUse], lock: lock) { administrator, call, transaction in
                try await keepOneAdmin(beside: administrator, on: transaction)
                try await store.remove(administrator.id, at: call.now, on: transaction)
            },
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> Administrator? {
        try await store.lock(call.id, on: transaction)
    }

    private func keepOneAdmin(beside administrator: Administrator, on transaction: PostgresTransaction) async throws {
        guard administrator.role == .admin, administrator.status == .active else { return }
        guard try await store.hasActiveAdmin(beside: administrator.id, on: transaction) else {
            throw ProblemError(.inUse, "This is the last active administrator with the role admin.")
        }
    }
}
