import Foundation
import HTTVPSPostgres
import HTTVPSProtocol

struct UsageService: Sendable {
    private static let maximumAttempts = 5

    struct Outcome: Sendable {
        var statuses: [UsageLedger.Status]
        var settlement: UsageStore.Settlement
        var counted: Int64
    }

    let store: UsageStore

    func report(
        epoch: String, items: [UsageItem?], gatewayID: String, credential: CredentialHash, at moment: Date
    ) async throws -> Outcome {
        var attempt = 1
        while true {
            do {
                return try await GatewayStanding.checking {
                    try await once(
                        epoch: epoch, items: items, gatewayID: gatewayID, credential: credential, at: moment)
                }
            } catch let error as PostgresError where error.isSerializationFailure && attempt < Self.maximumAttempts {
                attempt += 1
            }
        }
    }

    private func once(
        epoch: String, items: [UsageItem?], gatewayID: String, credential: CredentialHash, at moment: Date
    ) async throws -> Outcome {
        let named = Array(Set(items.compactMap { $0?.sessionID })).sorted()
        return try await store.pool.transaction { transaction in
            var (known, ledger) = try await store.ledger(
                epoch: epoch, sessions: named, gatewayID: gatewayID, credential: credential, at: moment,
                on: transaction)
            let statuses = items.map { ledger.take($0) }
            let advances = ledger.advances
            let settlement = try await store.settle(
                epoch: epoch, named: known.sorted(), advances: advances, gatewayID: gatewayID, at: moment,
                on: transaction)
            let counted = advances.reduce(Int64(0)) { $0 &+ $1.bytesUp &+ $1.bytesDown }
            return Outcome(statuses: statuses, settlement: settlement, counted: counted)
        }
    }
}
