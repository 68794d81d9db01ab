import HTTVPSPostgres

extension KeptAnswerStore {
    struct Sealed: Sendable {
        var slot: KeptAnswerSlot
        var keyID: String
        var body: [UInt8]
    }

    func stale(
        after slot: KeptAnswerSlot, limit: Int, on executor: some PostgresExecutor
    ) async throws -> [Sealed] {
        let rows = try await executor.query(
            """
            SELECT owner_id, path, key, body, body_key_id FROM idempotency_keys
            WHERE body IS NOT NULL AND body_key_id <> \(keys.active(.keptAnswer).id)
                AND (owner_id, path, key) > (\(slot.owner), \(slot.path), \(slot.key))
            ORDER BY owner_id, path, key LIMIT \(limit)
            """)
        return try rows.map { row in
            Sealed(
                slot: KeptAnswerSlot(
                    owner: try row.decode("owner_id"), path: try row.decode("path"), key: try row.decode("key")),
                keyID: try row.decode("body_key_id"), body: try row.decode("body"))
        }
    }

    func rewrap(_ answer: Sealed, on executor: some PostgresExecutor) async throws -> Bool {
        guard let body = try? open(answer.body, keyID: answer.keyID, in: answer.slot) else { return false }
        let (sealed, keyID) = try seal(body, in: answer.slot)
        try await executor.execute(
            """
            UPDATE idempotency_keys SET body = \(sealed), body_key_id = \(keyID)
            WHERE owner_id = \(answer.slot.owner) AND path = \(answer.slot.path) AND key = \(answer.slot.key)
                AND body = \(answer.body)
            """)
        return true
    }
}
