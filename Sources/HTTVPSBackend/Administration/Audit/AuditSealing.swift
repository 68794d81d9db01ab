import Foundation
import HTTVPSPostgres

struct AuditSealing: Sendable {
    static let largestBlock = 1_000

    let pool: PostgresPool
    let signature: AuditSignature
    private let store = AuditChainStore()

    init(pool: PostgresPool, signature: AuditSignature) {
        self.pool = pool
        self.signature = signature
    }

    func sealAll(at moment: Date) async throws -> [AuditHead] {
        var heads: [AuditHead] = []
        while let head = try await sealOne(at: moment) { heads.append(head) }
        return heads
    }

    private func sealOne(at moment: Date) async throws -> AuditHead? {
        let waiting = try await pool.first("SELECT EXISTS (SELECT FROM audit_pending) AS some")
        guard try waiting?.decode("some") == true else { return nil }
        return try await pool.transaction { transaction in
            guard try await store.lead(on: transaction) else { return nil }
            let ids = try await store.takePending(upTo: Self.largestBlock, on: transaction)
            guard !ids.isEmpty else { return nil }
            let records = try await store.records(ids, on: transaction)
            let block = AuditBlock(
                after: try await store.head(on: transaction), eventIDs: ids,
                leaves: ids.map { records[$0]?.leaf ?? AuditBlock.lostLeaf }, at: moment, by: signature)
            let head = AuditHead(block, by: signature)
            try await store.append(block, head: head, on: transaction)
            return head
        }
    }
}
