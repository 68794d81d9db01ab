import HTTVPSPostgres

struct OutlineNodeRoutes: Sendable {
    let desk: AdminDesk
    let hasher: CredentialHasher
    let store: OutlineNodeStore
    let regions = RegionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(OutlineNode.self) { store.listing($0.query, at: $0.now) },
            desk.read(OutlineNode.self) { try await store.find($0.id, at: $0.now, on: desk.pool) },
            desk.create(
                OutlineNode.self,
                check: { submission, _, _, transaction in
                    _ = OutlineNodeForm.access(&submission)
                    try await regions.check(&submission, on: transaction)
                }, make: create),
            desk.change(OutlineNode.self, lock: lock) { before, submission, call, transaction in
                try await store.update(before.id, submission, at: call.now, on: transaction)
            },
            desk.remove(OutlineNode.self, lock: lock) { node, call, transaction in
                try await store.remove(node.id, at: call.now, on: transaction)
            },
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> OutlineNode? {
        try await store.lock(call.id, at: call.now, on: transaction)
    }

    @Sendable private func create(
        _ submission: Submission, _ call: Call, on transaction: PostgresTransaction
    ) async throws -> Created<OutlineNode> {
        var submission = submission
        let access = OutlineNodeForm.access(&submission)
        let token = OpaqueToken(.node)
        let node = try await store.create(
            submission, access, token: hasher.hash(token), at: call.now, on: transaction)
        return Created(node, showingOnce: [("token", .string(token.text))])
    }
}
