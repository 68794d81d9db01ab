import HTTPTypes

extension RolePolicy {
    static let matrix: [Row] = [
        Row(
            methods: [.get], patterns: readable.flatMap(collectionAndItem),
            access: .only([.admin, .support, .readOnly])),
        Row(methods: [.get], patterns: ["/api/v1/admin/usage"], access: .only([.admin, .support, .readOnly])),
        Row(
            methods: [.post, .patch, .delete],
            patterns: ["users", "devices", "subscriptions"].flatMap(collectionAndItem),
            access: .only([.admin, .support])),
        Row(methods: [.post], patterns: ["/api/v1/admin/sessions/{id}/revoke"], access: .only([.admin, .support])),
        Row(
            methods: [.post, .patch, .delete],
            patterns: ["plans", "regions", "outline-nodes", "gateway-nodes", "administrators", "api-tokens"]
                .flatMap(collectionAndItem),
            access: .only([.admin])),
        Row(
            methods: [.post],
            patterns: ["/api/v1/admin/devices/{id}/tokens", "/api/v1/admin/outline-nodes/{id}/rotate-key"],
            access: .only([.admin])),
        Row(methods: [.post], patterns: ["/api/v1/nodes/assign-outline"], access: .only([.admin, .support, .gateway])),
        Row(
            methods: [.post], patterns: ["/api/v1/usage/report", "/api/v1/gateway/heartbeat"], access: .only([.gateway])
        ),
        Row(methods: [.post], patterns: ["/api/v1/outline/heartbeat"], access: .only([.gateway, .node])),
        Row(methods: [.post], patterns: ["/api/v1/auth/validate-device"], access: .anyCaller),
        Row(methods: [.post], patterns: signIn, access: .everyone),
        Row(
            methods: [.get], patterns: ["/api/v1/health", "/api/v1/openapi.json", "/livez", "/readyz"],
            access: .everyone),
    ]

    private static let readable = [
        "users", "devices", "plans", "subscriptions", "regions", "outline-nodes", "gateway-nodes", "sessions",
        "administrators", "api-tokens", "audit-events",
    ]

    private static let signIn: [RoutePattern] = [
        "/api/v1/auth/enroll", "/api/v1/auth/refresh", "/api/v1/auth/logout", "/api/v1/auth/admin/login",
    ]

    private static func collectionAndItem(_ name: String) -> [RoutePattern] {
        [RoutePattern("/api/v1/admin/\(name)"), RoutePattern("/api/v1/admin/\(name)/{id}")]
    }
}
