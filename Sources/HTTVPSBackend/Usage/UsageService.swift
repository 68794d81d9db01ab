import Foundation
import HTTVPSPostgres
import HTTVPSProtocol

struct UsageService: Sendable {
    struct Outcome: Sendable {
        var statuses: [UsageLedger.Status]
        var settlement: UsageStore.Settlement
        var counted: Int64
    }

    let store: UsageStore

    func report(
        epoch: String, reports: [JSONValue], gatewayID: String, credential: CredentialHash, at moment: Date
    ) async throws -> Outcome {
        let items = reports.map(UsageItem.init)
        let named = Set(reports.compactMap { $0.object?["session_id"]?.text }.filter { !$0.hasControlCharacters })
        return try await GatewayStanding.checking {
            try await store.pool.retryingSerializationFailures(attempts: 5) {
                try await once(
                    epoch: epoch, items: items, named: named.sorted(), gatewayID: gatewayID, credential: credential,
                    at: moment)
            }
        }
    }

    private func once(
        epoch: String, items: [UsageItem?], named: [String], gatewayID: String, credential: CredentialHash,
        at moment: Date
    ) async throws -> Outcome {
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
