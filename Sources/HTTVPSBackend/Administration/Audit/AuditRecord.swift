import Crypto
import Foundation
import HTTVPSPostgres

struct AuditRecord: Sendable {
    static let columns: SQLQuery = """
        position, id, actor_kind, actor_id, actor_name, action, object_kind, object_id, before::text AS before,
        after::text AS after, request_id, trace_id, created_at, key_id, mac
        """

    var position: Int64 = 0
    var id: String
    var actorKind: String
    var actorID: String?
    var actorName: String?
    var action: String
    var objectKind: String
    var objectID: String?
    var before: JSONValue?
    var after: JSONValue?
    var requestID: String?
    var traceID: String?
    var createdAt: Date
    var keyID = ""
    var mac: [UInt8] = []

    init(_ event: AuditEvent, from origin: AuditOrigin) {
        id = Identifier.make(.auditEvent, at: origin.moment)
        actorKind = origin.actor.kind
        actorID = origin.actor.id
        actorName = origin.actor.name
        action = event.action.text
        objectKind = event.objectKind.rawValue
        objectID = event.objectID
        before = event.before.map(JSONValue.object)
        after = event.after.map(JSONValue.object)
        requestID = origin.requestID
        traceID = origin.traceID
        createdAt = origin.moment
    }

    init(_ row: PostgresRow) throws {
        position = try row.decode("position")
        id = try row.decode("id")
        actorKind = try row.decode("actor_kind")
        actorID = try row.decode("actor_id")
        actorName = try row.decode("actor_name")
        action = try row.decode("action")
        objectKind = try row.decode("object_kind")
        objectID = try row.decode("object_id")
        before = try row.decode("before", as: String?.self).map(Self.value)
        after = try row.decode("after", as: String?.self).map(Self.value)
        requestID = try row.decode("request_id")
        traceID = try row.decode("trace_id")
        createdAt = try row.decode("created_at")
        keyID = try row.decode("key_id")
        mac = try row.decode("mac")
    }

    private static func value(_ text: String) throws -> JSONValue { try JSONReader.value(of: Array(text.utf8)) }
}

extension AuditRecord {
    static let digestLength = 32
    static let macOfOldEvents: [UInt8] = [0]

    var isOld: Bool { mac == Self.macOfOldEvents }

    var digest: [UInt8] {
        var digest = AuditDigest("httvps audit event 1")
        for text in [id, actorKind, actorID, actorName, action, objectKind, objectID] { digest.add(text) }
        digest.add(before?.canonicalText)
        digest.add(after?.canonicalText)
        digest.add(requestID)
        digest.add(traceID)
        digest.add(createdAt.microseconds)
        return digest.bytes
    }

    var leaf: [UInt8] {
        var leaf = AuditDigest("httvps audit leaf 1")
        leaf.add(position)
        leaf.add(digest)
        return leaf.bytes
    }
}
