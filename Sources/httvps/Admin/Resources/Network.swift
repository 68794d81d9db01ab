enum Regions: AdminResource {
    static let description = ResourceDescription(
        name: "regions", singular: "region", abstract: "Where nodes and gateways stand; named by their code.",
        members: [.member("code").required.fixed, .member("name").required],
        filters: [], columns: ["id", "name", "created_at"])
}

enum OutlineNodes: AdminResource {
    static let description = ResourceDescription(
        name: "outline-nodes", singular: "outline-node", abstract: "The Shadowsocks servers behind the gateways.",
        members: [
            .member("region").required.fixed, .member("name"), .member("weight", .integer),
            .member("capacity", .integer), .member("half_close", .flag), .member("access_url", .secret).fixed,
            .member("host").fixed, .member("port", .integer).fixed,
            .member("method", .choice(["chacha20-ietf-poly1305", "aes-256-gcm", "aes-128-gcm"])).fixed,
            .member("password", .secret).fixed, .member("management_url", .secret).fixed,
            .member("cert_sha256").fixed,
            .member("status", .choice(["active", "draining", "maintenance", "disabled"])).changeOnly,
        ],
        filters: ["status", "state", "region"],
        columns: [
            "id", "name", "region", "host", "port", "status", "state", "weight", "active_sessions",
            "last_heartbeat_at",
        ],
        shownOnce: ["token"],
        action: ResourceAction(
            name: "rotate-key", abstract: "Give a managed node a new access key.", answers: ["rotation"]))
}

enum GatewayNodes: AdminResource {
    static let description = ResourceDescription(
        name: "gateway-nodes", singular: "gateway-node", abstract: "The gateways that clients connect to.",
        members: [
            .member("name").required, .member("region").required.fixed, .member("public_url").required,
            .member("status", .choice(["active", "draining", "maintenance", "disabled"])).changeOnly,
        ],
        filters: ["status", "state", "region"],
        columns: [
            "id", "name", "region", "public_url", "status", "state", "active_sessions", "version",
            "last_heartbeat_at",
        ],
        shownOnce: ["token"])
}

enum Sessions: AdminResource {
    static let description = ResourceDescription(
        name: "sessions", singular: "session", abstract: "Who is, and was, connected.", verbs: [],
        filters: ["status", "user_id", "device_id", "subscription_id", "gateway_id", "node_id"],
        columns: [
            "id", "device_id", "gateway_id", "node_id", "status", "bytes_up", "bytes_down", "created_at",
            "close_reason",
        ],
        bytes: ["bytes_up", "bytes_down"],
        action: ResourceAction(
            name: "revoke", abstract: "End a session; its gateway does so within seconds.",
            members: [.member("reason")]))
}
