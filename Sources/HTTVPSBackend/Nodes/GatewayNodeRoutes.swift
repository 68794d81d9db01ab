import HTTVPSPostgres

struct GatewayNodeRoutes: Sendable {
    let desk: AdminDesk
    let hasher: CredentialHasher
    let store = GatewayNodeStore()
    let regions = RegionStore()
    let sessions = SessionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(GatewayNode.self) { store.listing($0.query, at: $0.now) },
            desk.read(GatewayNode.self) { try await store.find($0.id, at: $0.now, on: desk.pool) },
            desk.create(
                GatewayNode.self,
                check: { submission, _, _, transaction in try await regions.check(&submission, on: transaction) },
                make: create),
            desk.change(GatewayNode.self, lock: lock) { before, submission, call, transaction in
                let node = try await store.update(before.id, submission, at: call.now, on: transaction)
                if submission.changes("status") {
                    try await sessions.revokeRefused(where: "gateway_id = \(node.id)", at: call.now, on: transaction)
                }
                return node
            },
            desk.remove(GatewayNode.self, codes: [.inUse], lock: lock, apply: remove),
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> GatewayNode? {
        try await store.lock(call.id, at: call.now, on: transaction)
    }

    @Sendable private func create(
        _ submission: Submission, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Created<GatewayNode> {
        let token = OpaqueToken(.gateway)
        let node = try await store.create(submission, token: hasher.hash(token), at: call.now, on: transaction)
        return Created(node, showingOnce: [("token", .string(token.text))])
    }

    @Sendable private func remove(
        _ node: GatewayNode, _ call: Call, on transaction: PostgresTransaction
    ) async throws {
        let isIdle = try await !store.hasSessions(node.id, at: call.now, on: transaction)
        guard node.status == .disabled, isIdle else {
            throw ProblemError(.inUse, "Only a disabled gateway without sessions can be deleted.")
        }
        try await store.remove(node.id, at: call.now, on: transaction)
    }
}
