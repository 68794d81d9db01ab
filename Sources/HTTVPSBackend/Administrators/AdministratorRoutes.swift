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
        ]
    }
}
