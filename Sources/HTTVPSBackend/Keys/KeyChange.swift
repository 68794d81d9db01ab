package import Foundation
import HTTVPSPostgres
import HTTVPSSodium

package struct KeyChange: Sendable {
    private let store: KeyStore
    private let tokenLifetime: Int

    package init(store: KeyStore, tokenLifetime: Int) {
        self.store = store
        self.tokenLifetime = tokenLifetime
    }

    package func publish(
        _ purposes: [KeyPurpose], at moment: Date, delay: TimeInterval
    ) async throws -> [BackendKey] {
        try await store.load()
        return try await changing { transaction in
            let known = Dictionary(grouping: try await store.read(on: transaction), by: \.purpose)
            var published: [BackendKey] = []
            for purpose in purposes {
                let shelf = KeyShelf(known[purpose] ?? [])
                published.append(
                    try await next(purpose, shelf, at: moment, delay: delay, on: transaction))
            }
            return published
        }
    }

    package func reseal() async throws -> Int {
        try await changing { try await store.reseal(on: $0) }
    }

    package func prune(at moment: Date) async throws -> [BackendKey] {
        try await changing { transaction in
            var gone: [BackendKey] = []
            for (purpose, keys) in Dictionary(grouping: try await store.read(on: transaction), by: \.purpose) {
                let shelf = KeyShelf(keys)
                for key in keys where shelf.standing(of: key, at: moment) == .ended {
                    if purpose.sealsRows, try await store.seals(key, on: transaction) { continue }
                    try await store.delete(key, on: transaction)
                    gone.append(key)
                }
            }
            return gone
        }
    }

    private func changing<Value: Sendable>(
        _ change: @escaping @Sendable (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        let value = try await store.pool.transaction { transaction in
            try await store.lock(on: transaction)
            return try await change(transaction)
        }
        try await store.load()
        return value
    }

    private func next(
        _ purpose: KeyPurpose, _ shelf: KeyShelf, at moment: Date, delay: TimeInterval,
        on transaction: PostgresTransaction
    ) async throws -> BackendKey {
        if let pending = shelf.next(at: moment) { return pending }
        let key = BackendKey(
            purpose, material: SecureRandom.bytes(BackendKey.length), activatesAt: moment.addingTimeInterval(delay))
        try await store.insert(key, on: transaction)
        if let retention = purpose.retention(tokenLifetime: tokenLifetime) {
            for old in shelf.usable(at: moment) {
                try await store.end(old, at: key.activatesAt.addingTimeInterval(retention), on: transaction)
            }
        }
        return key
    }
}
