package import HTTVPSObservability
package import HTTVPSPostgres

package struct AuditInspection: Sendable {
    package struct Report: Equatable, Sendable {
        package var sealedEvents: Int
        package var unsealedEvents: Int
        package var blocks: Int64
        package var head: String
    }

    private static let blocksPerRead = 20
    private static let statementTimeout: Duration = .seconds(600)

    private let pool: PostgresPool
    private let signature: AuditSignature
    private let store = AuditChainStore()

    package init(pool: PostgresPool, secret: Secret) {
        self.pool = pool
        signature = AuditSignature(keys: KeyRing(secret: secret))
    }

    package init(pool: PostgresPool, keys: KeyRing) {
        self.pool = pool
        signature = AuditSignature(keys: keys)
    }

    package static func bytes(ofHash text: String) -> [UInt8]? {
        [UInt8](hex: text).flatMap { $0.count == AuditRecord.digestLength ? $0 : nil }
    }

    package func verify(wantedHash: [UInt8]? = nil) async throws -> Report {
        try await snapshot { transaction in
            do {
                return try await walk(AuditVerifier(signature: signature, wantedHash: wantedHash), transaction)
            } catch let fault as AuditFault where fault.concernsBlock {
                var fault = fault
                fault.eventID = try await store.firstStray(on: transaction) ?? fault.eventID
                throw fault
            }
        }
    }

    package func export(write: @escaping @Sendable (String) throws -> Void) async throws {
        try await snapshot { transaction in
            try write(AuditLine.header.text)
            try await forEachBlock(on: transaction) { block, records in
                for id in block.eventIDs {
                    if let record = records[id] { try write(AuditLine.event(record).text) }
                }
                try write(AuditLine.block(block).text)
            }
            let pending = try await store.pendingIDs(on: transaction)
            let records = try await store.records(pending, on: transaction)
            for id in pending {
                if let record = records[id] { try write(AuditLine.event(record).text) }
            }
            try write(AuditLine.end(try await store.head(on: transaction)).text)
        }
    }

    private func walk(_ verifier: AuditVerifier, _ transaction: PostgresTransaction) async throws -> Report {
        var verifier = verifier
        try await forEachBlock(on: transaction) { block, records in try verifier.check(block, records: records) }
        try verifier.checkEnd(try await store.head(on: transaction))
        let pending = try await store.pendingIDs(on: transaction)
        let records = try await store.records(pending, on: transaction)
        for id in pending { try verifier.checkUnsealed(id, records[id]) }
        if let stray = try await store.firstStray(on: transaction) {
            throw AuditFault(eventID: stray, message: "the event was never sealed: it was put in beside the backend")
        }
        return Report(verifier)
    }

    private nonisolated(nonsending) func forEachBlock(
        on transaction: PostgresTransaction, _ body: (AuditBlock, [String: AuditRecord]) throws -> Void
    ) async throws {
        var last: Int64 = 0
        while true {
            let blocks = try await store.blocks(after: last, limit: Self.blocksPerRead, on: transaction)
            guard let end = blocks.last else { return }
            let records = try await store.records(blocks.flatMap(\.eventIDs), on: transaction)
            for block in blocks { try body(block, records) }
            last = end.number
        }
    }

    private func snapshot<Value: Sendable>(
        _ body: @escaping @Sendable (PostgresTransaction) async throws -> Value
    ) async throws -> Value {
        try await pool.withConnection(statementTimeout: Self.statementTimeout) { session in
            try await session.transaction(isolation: .repeatableRead) { transaction in try await body(transaction) }
        }
    }
}

extension AuditInspection.Report {
    init(_ verifier: AuditVerifier) {
        sealedEvents = verifier.sealedEvents
        unsealedEvents = verifier.unsealedEvents
        blocks = verifier.blocks
        head = verifier.lastHash.hex
    }
}
