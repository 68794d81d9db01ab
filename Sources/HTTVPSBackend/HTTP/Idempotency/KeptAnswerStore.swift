import Foundation
import HTTVPSPostgres
import HTTVPSSodium

struct KeptAnswerStore: Sendable {
    static let lifetime: TimeInterval = 24 * 3_600

    let keys: KeyRing

    init(keys: KeyRing) throws { self.keys = keys }

    func seal(_ body: [UInt8], in slot: KeptAnswerSlot) throws -> (sealed: [UInt8], keyID: String) {
        let key = keys.active(.keptAnswer)
        let cipher = try XChaCha20Poly1305(key: key.bytes())
        return (cipher.seal(body, associatedData: Array(slot.text.utf8)), key.id)
    }

    func open(_ sealed: [UInt8], keyID: String, in slot: KeptAnswerSlot) throws -> [UInt8] {
        guard let key = keys.key(keyID, .keptAnswer) else {
            throw KeyError(.unknownKey, "A kept answer is sealed with key \(keyID), which this backend does not have.")
        }
        return try XChaCha20Poly1305(key: key.bytes()).open(sealed, associatedData: Array(slot.text.utf8))
    }

    func lock(_ slot: KeptAnswerSlot, on transaction: some PostgresExecutor) async throws -> Bool {
        let row = try await transaction.first(
            "SELECT pg_try_advisory_xact_lock(hashtextextended(\(slot.text), 7)) AS locked")
        return try row?.decode("locked") ?? false
    }

    func find(_ slot: KeptAnswerSlot, at now: Date, on transaction: some PostgresExecutor) async throws -> KeptAnswer? {
        let row = try await transaction.first(
            """
            SELECT body_hash, status, content_type, location, etag, body, body_key_id FROM idempotency_keys
            WHERE owner_id = \(slot.owner) AND path = \(slot.path) AND key = \(slot.key)
                AND created_at > \(now.addingTimeInterval(-Self.lifetime))
                AND body_key_id = ANY (\(keys.usable(.keptAnswer).map(\.id)))
            """)
        guard let row else { return nil }
        let sealed: [UInt8] = try row.decode("body")
        return KeptAnswer(
            bodyHash: try row.decode("body_hash"), status: try row.decode("status"),
            contentType: try row.decode("content_type"), location: try row.decode("location"),
            etag: try row.decode("etag"), body: try open(sealed, keyID: try row.decode("body_key_id"), in: slot))
    }

    func keep(
        _ answer: KeptAnswer, in slot: KeptAnswerSlot, at now: Date, on transaction: some PostgresExecutor
    ) async throws {
        let (sealed, keyID) = try seal(answer.body, in: slot)
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
