enum Plans: AdminResource {
    static let description = ResourceDescription(
        name: "plans", singular: "plan", abstract: "What a subscription allows.",
        members: [
            .member("code").required.fixed, .member("name").required,
            .member("period", .choice(["none", "calendar_month", "rolling_30d"])).required,
            .member("max_devices", .integer).required, .member("max_sessions", .integer).required,
            .member("max_streams", .integer).required, .member("traffic_limit_bytes", .integer),
            .member("rate_bytes_per_sec", .integer), .member("regions", .texts), .member("price_micros", .integer),
            .member("currency"), .member("status", .choice(["active", "archived"])).changeOnly,
        ],
        filters: ["status", "code"],
        columns: [
            "id", "code", "name", "status", "period", "max_devices", "max_sessions", "max_streams",
            "traffic_limit_bytes", "regions",
        ],
        bytes: ["traffic_limit_bytes", "rate_bytes_per_sec"])
}

enum Subscriptions: AdminResource {
    static let description = ResourceDescription(
        name: "subscriptions", singular: "subscription", abstract: "Which user has which plan, and when.",
        members: [
            .member("user_id").required.fixed, .member("plan_id").required, .member("starts_at", .time).fixed,
            .member("ends_at", .time), .member("timezone"), .member("status", .choice(["cancelled"])).changeOnly,
        ],
        filters: ["status", "user_id", "plan_id"],
        columns: ["id", "user_id", "plan_id", "status", "starts_at", "ends_at", "timezone"])
}
