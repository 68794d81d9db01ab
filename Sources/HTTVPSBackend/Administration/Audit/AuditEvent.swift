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
