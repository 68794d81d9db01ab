import HTTVPSPostgres

struct RegionRoutes: Sendable {
    let desk: AdminDesk
    let store = RegionStore()

    var endpoints: [Endpoint] {
        [
            desk.list(Region.self) { _ in store.listing() },
            desk.read(Region.self) { try await store.find($0.id, on: desk.pool) },
            desk.create(Region.self, codes: [.regionCodeTaken]) { submission, call, transaction in
                Created(try await store.create(submission, at: call.now, on: transaction))
            },
            desk.change(Region.self, lock: lock) { before, submission, call, transaction in
                try await store.update(before.id, submission, at: call.now, on: transaction)
            },
            desk.remove(Region.self, codes: [.inUse], lock: lock) { region, call, transaction in
                guard try await !store.isInUse(region.id, on: transaction) else {
                    throw ProblemError(.inUse, "Nodes, gateways or plans stand in this region.")
                }
                try await store.remove(region.id, at: call.now, on: transaction)
            },
        ]
    }

    @Sendable private func lock(_ call: Call, on transaction: PostgresTransaction) async throws -> Region? {
        try await store.lock(call.id, on: transaction)
    }
}
