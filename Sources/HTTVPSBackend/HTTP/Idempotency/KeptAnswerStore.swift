import Foundation
import HTTVPSPostgres
import HTTVPSSodium

struct KeptAnswerStore: Sendable {
    static let lifetime: TimeInterval = 24 * 3_600

    private let cipher: XChaCha20Poly1305
    private let keyID: String

    init(keys: KeyRing) throws {
        cipher = try XChaCha20Poly1305(key: keys.bytes(for: .keptAnswer))
        keyID = keys.identifier(of: .keptAnswer)
    }

    func lock(_ slot: KeptAnswerSlot, on transaction: some PostgresExecutor) async throws -> Bool {
        let row = try await transaction.first(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(\(slot.text), 7)) AS locked")
        return try row?.decode("locked") ?? false
    }

    func find(_ slot: KeptAnswerSlot, at now: Date, on transaction: some PostgresExecutor) async throws -> KeptAnswer? {
        let row = try await transaction.first(
            """
            SELECT body_hash, status, content_type, location, etag, body FROM idempotency_keys
            WHERE owner_id = \(slot.owner) AND path = \(slot.path) AND key = \(slot.key)
                AND created_at > \(now.addingTimeInterval(-Self.lifetime)) AND body_key_id = \(keyID)
            """)
        guard let row else { return nil }
        let sealed: [UInt8] = try row.decode("body")
        return KeptAnswer(
            bodyHash: try row.decode("body_hash"), status: try row.decode("status"),
            contentType: try row.decode("content_type"), location: try row.decode("location"),
            etag: try row.decode("etag"), body: try cipher.open(sealed, associatedData: Array(slot.text.utf8)))
    }

    func keep(
        _ answer: KeptAnswer, in slot: KeptAnswerSlot, at now: Date, on transaction: some PostgresExecutor
    ) async throws {
        let sealed = cipher.seal(answer.body, associatedData: Array(slot.text.utf8))
        try await transaction.execute(
            """
            INSERT INTO idempotency_keys
                (owner_id, path, key, body_hash, status, content_type, location, etag, body, body_key_id, created_at)
            VALUES (\(slot.owner), \(slot.path), \(slot.key), \(answer.bodyHash), \(answer.status),
                \(answer.contentType), \(answer.location), \(answer.etag), \(sealed), \(keyID), \(now))
            ON CONFLICT (owner_id, path, key) DO UPDATE SET body_hash = excluded.body_hash, status = excluded.status,
                content_type = excluded.content_type, location = excluded.location, etag = excluded.etag,
                body = excluded.body, body_key_id = excluded.body_key_id, created_at = excluded.created_at
            """)
        try await transaction.execute(
            """
            DELETE FROM idempotency_keys WHERE ctid IN (
                SELECT ctid FROM idempotency_keys WHERE created_at < \(now.addingTimeInterval(-Self.lifetime))
                LIMIT 10 FOR UPDATE SKIP LOCKED)
            """)
    }
}

struct KeptAnswerSlot: Equatable, Sendable {
    var owner: String
    var path: String
    var key: String

    var text: String { "\(owner) \(path) \(key)" }
}
