import HTTVPSProtocol

extension AdmissionRoutes {
    static let operation = Operation(
        "Judges a device. A gateway's call opens a session and assigns nodes; others get the verdict.",
        body: ObjectShape.openBody(
            MemberShape("device_id", .text(TextForm()), .required),
            MemberShape("token", .text(TextForm()), .required, .secret), MemberShape("region", .text(.name)),
            MemberShape("client_version", .text(.name)), MemberShape("client_ip", .text(.name))
        ).named("ValidateDevice"),
        answers: [200: .either([session, verdict])],
        refusals: [.gatewayDisabled] + AdmissionRefusal.allCases.map(\.code))

    private static let verdictMembers = [
        MemberShape("allowed", .flag), MemberShape("user_id", .reference), MemberShape("device_id", .reference),
        MemberShape("subscription_status", .choice(["active"])), MemberShape("expires_at", .time, .nullable),
    ]

    static let verdict = ObjectShape(
        part: .answer, members: verdictMembers + [GatewayHint.member], name: "DeviceVerdict")

    static let session = ObjectShape(
        part: .answer,
        members: verdictMembers + [
            MemberShape("session_id", .reference), MemberShape("limits", .object(limits)),
            MemberShape("nodes", .list(.object(AssignedNode.shape), count: 1...5)),
            MemberShape("credentials", .object(DeviceCredentials.shape), .optional),
        ], name: "OpenedSession")

    private static let limits = ObjectShape.answer(
        MemberShape("max_streams", .count), MemberShape("max_sessions", .count),
        MemberShape("rate_bytes_per_sec", .count, .nullable), MemberShape("lease_bytes", .count, .nullable),
        MemberShape("lease_sec", .count)
    ).named("SessionLimits")
}
