private let roles = AdminMember.Kind.choice(["admin", "support", "read-only"])

enum Administrators: AdminResource {
    static let description = ResourceDescription(
        name: "administrators", singular: "administrator", abstract: "People who administer the service.",
        members: [
            .member("email").required.fixed, .member("password", .secret).required,
            .member("role", roles).required, .member("name"),
            .member("status", .choice(["active", "blocked"])).changeOnly,
        ],
        filters: ["status", "role"], columns: ["id", "email", "name", "role", "status", "created_at"])
}

enum APITokens: AdminResource {
    static let description = ResourceDescription(
        name: "api-tokens", singular: "api-token", abstract: "Tokens with which programs administer the service.",
        members: [.member("name").required, .member("role", roles).required, .member("expires_at", .time)],
        verbs: [.create, .delete], filters: ["status", "role"],
        columns: ["id", "name", "role", "status", "expires_at", "last_used_at"],
        shownOnce: ["token"])
}

enum AuditEvents: AdminResource {
    static let description = ResourceDescription(
        name: "audit-events", singular: "audit-event", abstract: "Who changed what, and when.", verbs: [],
        filters: ["actor_id", "action", "object_kind", "object_id", "request_id"],
        columns: ["created_at", "id", "actor", "action", "object", "request_id"])
}
