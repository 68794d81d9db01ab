enum Users: AdminResource {
    static let description = ResourceDescription(
        name: "users", singular: "user", abstract: "People and companies who use the service.",
        members: [
            .member("email").required, .member("name"), .member("status", .choice(["active", "blocked"])).changeOnly,
        ],
        filters: ["status", "email"], columns: ["id", "email", "name", "status", "created_at"])
}

enum Devices: AdminResource {
    static let description = ResourceDescription(
        name: "devices", singular: "device", abstract: "What users connect with.",
        members: [
            .member("user_id").required.fixed, .member("name").required,
            .member("platform", .choice(["ios", "android", "macos", "windows", "linux", "router", "other"])),
            .member("status", .choice(["active", "blocked"])).changeOnly,
        ],
        filters: ["status", "user_id"],
        columns: ["id", "user_id", "name", "platform", "status", "enrolled_at", "last_seen_at"],
        shownOnce: ["enrollment_code"],
        action: ResourceAction(
            name: "tokens", abstract: "Make an access and a refresh token, for a client that does not enrol.",
            members: [.member("expires_in_sec", .integer)], answers: ["access_token", "refresh_token"]))
}
