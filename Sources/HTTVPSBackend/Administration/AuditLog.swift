import Foundation
import HTTVPSPostgres

struct AuditEvent: Sendable {
    var action: AuditAction
    var objectKind: ObjectKind
    var objectID: String
    var before: JSONObject?
    var after: JSONObject?
}

extension AuditEvent {
    static func created<Resource: AdminResource>(
        _ created: Created<Resource>, from submission: Submission
    ) -> AuditEvent {
        var after = created.resource.json
        for member in Resource.shape.members where member.isSecret || member.traits.contains(.once) {
            let given = created.shownOnce[member.name] ?? submission.values[member.name] ?? .null
            after[member.name] = given == .null ? nil : member.isSecret ? "***" : given
        }
        return event(.create(Resource.kind), of: created.resource, before: nil, after: after)
    }

    static func updated<Resource: AdminResource>(
        _ before: Resource, _ after: Resource, by submission: Submission
    ) -> AuditEvent {
        var (old, new) = (before.json, after.json)
        for member in Resource.shape.members where member.isSecret && submission.changes(member.name) {
            (old[member.name], new[member.name]) = ("***", "***")
        }
        return event(.update(Resource.kind), of: after, before: old, after: new)
    }

    static func deleted<Resource: AdminResource>(_ before: Resource) -> AuditEvent {
        event(.delete(Resource.kind), of: before, before: before.json, after: nil)
    }

    static func event(
        _ action: AuditAction, of resource: some AdminResource, before: JSONObject?, after: JSONObject?
    ) -> AuditEvent {
        AuditEvent(
            action: action, objectKind: type(of: resource).kind, objectID: resource.id, before: before, after: after)
    }
}

struct AuditLog: Sendable {
    func write(_ event: AuditEvent, by call: Call, on transaction: some PostgresExecutor) async throws {
        let actor = AuditActor(call.caller)
        let id = Identifier.make(.auditEvent, at: call.now)
        let (before, after) = (Self.text(event.before), Self.text(event.after))
        try await transaction.execute(
            """
            INSERT INTO audit_events (id, actor_kind, actor_id, actor_name, action, object_kind, object_id, before, after,
                request_id, trace_id)
            VALUES (\(id), \(actor.kind), \(actor.id), \(actor.name), \(event.action.text), \(event.objectKind),
                \(event.objectID), \(before)::jsonb, \(after)::jsonb, \(call.trace.requestID), \(call.trace.traceID))
            """)
    }

    private static func text(_ object: JSONObject?) -> String? { object.map { JSONWriter.text(of: .object($0)) } }
}

struct AuditActor: Equatable, Sendable {
    var kind: String
    var id: String?
    var name: String?

    init(_ caller: Caller) {
        id = caller.id
        switch caller {
        case .administrator(_, let name, _): (kind, self.name) = ("administrator", name)
        case .apiToken(_, let name, _): (kind, self.name) = ("api_token", name)
        case .device: kind = "device"
        case .gateway: kind = "gateway"
        case .node: kind = "node"
        case .none: kind = "cli"
        }
    }
}
