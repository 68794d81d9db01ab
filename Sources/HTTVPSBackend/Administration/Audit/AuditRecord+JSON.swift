extension AuditRecord: AdminResource {
    static let filters = ["actor_id", "action", "object_kind", "object_id", "request_id"]
    static let actorKinds = ["administrator", "api_token", "device", "gateway", "node", "cli"]

    static let shape = ResourceShape(
        .auditEvent,
        [
            MemberShape(
                "actor",
                .object(
                    .answer(
                        MemberShape("kind", .choice(actorKinds)), MemberShape("id", .reference, .nullable),
                        MemberShape("name", .text(.length(0...254)), .nullable))), .readOnly),
            MemberShape("action", .choice(AuditAction.all.map(\.text)), .readOnly),
            MemberShape(
                "object",
                .object(
                    .answer(
                        MemberShape("kind", .choice(ObjectKind.self)), MemberShape("id", .reference, .nullable))),
                .readOnly),
            MemberShape("before", .open, .readOnly, .nullable), MemberShape("after", .open, .readOnly, .nullable),
            MemberShape("request_id", .text(.length(1...128)), .readOnly, .nullable),
            MemberShape("trace_id", .text(.length(32...32)), .readOnly, .nullable),
        ], filters: filters, isUpdated: false)

    var revision: Int64 { 1 }

    var json: JSONObject {
        JSONObject([
            ("id", .string(id)),
            ("actor", ["kind": .string(actorKind), "id": .optional(actorID), "name": .optional(actorName)]),
            ("action", .string(action)), ("object", ["kind": .string(objectKind), "id": .optional(objectID)]),
            ("before", before ?? .null), ("after", after ?? .null), ("request_id", .optional(requestID)),
            ("trace_id", .optional(traceID)), ("created_at", .time(createdAt)),
        ])
    }
}
