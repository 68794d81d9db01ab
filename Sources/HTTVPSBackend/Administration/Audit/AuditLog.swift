import Foundation
import HTTVPSPostgres

struct AuditLog: Sendable {
    let signature: AuditSignature

    init(keys: KeyRing) { signature = AuditSignature(keys: keys) }

    func write(_ event: AuditEvent, by call: Call, on transaction: some PostgresExecutor) async throws {
        try await write(event, from: AuditOrigin(call), on: transaction)
    }

    func write(_ event: AuditEvent, from origin: AuditOrigin, on transaction: some PostgresExecutor) async throws {
        let record = AuditRecord(event, from: origin)
        let (before, after) = (record.before.map(JSONWriter.text), record.after.map(JSONWriter.text))
        let mac = signature.mac(of: record.digest)
        try await transaction.execute(
            """
            INSERT INTO audit_events (id, actor_kind, actor_id, actor_name, action, object_kind, object_id, before, after,
                request_id, trace_id, created_at, key_id, mac)
            VALUES (\(record.id), \(record.actorKind), \(record.actorID), \(record.actorName), \(record.action),
                \(record.objectKind), \(record.objectID), \(before)::jsonb, \(after)::jsonb, \(record.requestID),
                \(record.traceID), \(record.createdAt), \(signature.keyID), \(mac))
            """)
    }
}
