import HTTVPSPostgres

struct AuditChainStore: Sendable {
    static let lock: Int64 = 0x4854_5456_5053_0008

    func lead(on transaction: PostgresTransaction) async throws -> Bool {
        let row = try await transaction.first("SELECT pg_try_advisory_xact_lock(\(Self.lock)) AS leads")
        return try row?.decode("leads") ?? false
    }

    func head(on executor: some PostgresExecutor) async throws -> AuditHead? {
        try await executor.first("SELECT number, hash, last_event_id, key_id, mac FROM audit_head").map(AuditHead.init)
    }

    func takePending(upTo limit: Int, on transaction: PostgresTransaction) async throws -> [String] {
        let rows = try await transaction.query(
            """
            WITH taken AS (
                DELETE FROM audit_pending WHERE position IN (
                    SELECT position FROM audit_pending ORDER BY position LIMIT \(limit))
                RETURNING position, event_id)
            SELECT event_id FROM taken ORDER BY position
            """)
        return try rows.map { try $0.decode("event_id") }
    }

    func pendingIDs(on executor: some PostgresExecutor) async throws -> [String] {
        try await executor.query("SELECT event_id FROM audit_pending ORDER BY position").map {
            try $0.decode("event_id")
        }
    }

    func records(_ ids: [String], on executor: some PostgresExecutor) async throws -> [String: AuditRecord] {
        guard !ids.isEmpty else { return [:] }
        let rows = try await executor.query(
            "SELECT \(AuditRecord.columns) FROM audit_events WHERE id = ANY (\(ids)::text[])")
        let records = try rows.map(AuditRecord.init)
        return Dictionary(records.map { ($0.id, $0) }, uniquingKeysWith: { first, _ in first })
    }

    func blocks(after number: Int64, limit: Int, on executor: some PostgresExecutor) async throws -> [AuditBlock] {
        try await executor.query(
            """
            SELECT \(AuditBlock.columns) FROM audit_blocks WHERE number > \(number) ORDER BY number LIMIT \(limit)
            """
        ).map(AuditBlock.init)
    }

    func firstStray(on executor: some PostgresExecutor) async throws -> String? {
        try await executor.first(
            """
            SELECT e.id FROM audit_events e
            WHERE NOT EXISTS (SELECT FROM audit_pending p WHERE p.event_id = e.id)
                AND e.id NOT IN (SELECT unnest(event_ids) FROM audit_blocks)
            ORDER BY e.position LIMIT 1
            """)?.decode("id")
    }

    func append(_ block: AuditBlock, head: AuditHead, on transaction: PostgresTransaction) async throws {
        try await transaction.execute(
            """
            INSERT INTO audit_blocks (\(AuditBlock.columns))
            VALUES (\(block.number), \(block.eventIDs)::text[], \(block.leaves), \(block.previousHash), \(block.hash),
                \(block.keyID), \(block.mac), \(block.sealedAt))
            """)
        try await transaction.execute(
            """
            INSERT INTO audit_head (number, hash, last_event_id, key_id, mac)
            VALUES (\(head.number), \(head.hash), \(head.lastEventID), \(head.keyID), \(head.mac))
            ON CONFLICT (is_only) DO UPDATE SET number = excluded.number, hash = excluded.hash,
                last_event_id = excluded.last_event_id, key_id = excluded.key_id, mac = excluded.mac
            """)
    }
}
