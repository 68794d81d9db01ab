import HTTVPSPostgres

struct ApiTokenRoutes: Sendable {
    let desk: AdminDesk
    let hasher: CredentialHasher
    let store = ApiTokenStore()

    var endpoints: [Endpoint] {
        [
            desk.list(ApiToken.self) { store.listing($0.query, at: $0.now) },
            desk.read(ApiToken.self) { try await store.find($0.id, at: $0.now, on: desk.pool) },
            desk.create(
                ApiToken.self,
                check: { submission, _, call, _ in
                    guard let expiresAt = submission.time("expires_at"), expiresAt <= call.now else { return }
                    submission.fault("expires_at", .inThePast, "expires_at has passed.")
                },
                make: { submission, call, transaction in
                    let token = OpaqueToken(.apiToken)
                    let made = try await store.create(
                        submission, token: hasher.hash(token), at: call.now, on: transaction)
                    return Created(made, showingOnce: [("token", .string(token.text))])
                }),
            desk.remove(
                ApiToken.self, lock: { try await store.lock($0.id, at: $0.now, on: $1) },
                apply: { token, call, transaction in
                    try await store.remove(token.id, at: call.now, on: transaction)
                }),
        ]
    }
}
