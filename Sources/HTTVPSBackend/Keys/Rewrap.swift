package import Foundation
import HTTVPSPostgres

package struct Rewrap: Sendable {
    package struct Progress: Equatable, Sendable {
        package var sealed = 0
        package var unreadable = 0
    }

    static let batch = 100
    static let retention: TimeInterval = 3_600

    private let store: KeyStore
    private let vault: NodeVault
    private let answers: KeptAnswerStore

    package init(store: KeyStore) throws {
        self.store = store
        vault = try NodeVault(keys: store.ring)
        answers = try KeptAnswerStore(keys: store.ring)
    }

    package func run(at moment: Date, told: (Progress) throws -> Void) async throws -> Progress {
        var progress = Progress()
        try await rewrapNodes(&progress, told)
        try await rewrapAnswers(&progress, told)
        for purpose in KeyPurpose.allCases where purpose.sealsRows {
            let shelf = store.ring.shelf(purpose)
            for key in shelf.keys where shelf.standing(of: key, at: moment) == .retired {
                guard key.endsAt == nil, try await !store.seals(key, on: store.pool) else { continue }
                try await store.end(key, at: moment.addingTimeInterval(Self.retention), on: store.pool)
            }
        }
        return progress
    }

    private func rewrapNodes(_ progress: inout Progress, _ told: (Progress) throws -> Void) async throws {
        let nodes = SealedNodeStore(pool: store.pool, vault: vault)
        var last = ""
        while true {
            let batch = try await nodes.stale(after: last, active: store.ring.active(.vault).id, limit: Self.batch)
            guard let end = batch.last else { return }
            for secret in batch {
                if try await nodes.rewrap(secret) { progress.sealed += 1 } else { progress.unreadable += 1 }
            }
            last = end.place
            try told(progress)
        }
    }

    private func rewrapAnswers(_ progress: inout Progress, _ told: (Progress) throws -> Void) async throws {
        var last = KeptAnswerSlot(owner: "", path: "", key: "")
        while true {
            let batch = try await answers.stale(after: last, limit: Self.batch, on: store.pool)
            guard let end = batch.last else { return }
            for answer in batch {
                if try await answers.rewrap(answer, on: store.pool) {
                    progress.sealed += 1
                } else {
                    progress.unreadable += 1
                }
            }
            last = end.slot
            try told(progress)
        }
    }
}

extension KeyStore {
    func seals(_ key: BackendKey, on executor: some PostgresExecutor) async throws -> Bool {
        let row = try await executor.first(
            """
            SELECT EXISTS (SELECT FROM outline_nodes WHERE password_key_id = \(key.id) OR management_url_key_id = \(key.id))
                OR EXISTS (SELECT FROM idempotency_keys WHERE body_key_id = \(key.id)) AS used
            """)
        return try row?.decode("used") ?? true
    }
}
