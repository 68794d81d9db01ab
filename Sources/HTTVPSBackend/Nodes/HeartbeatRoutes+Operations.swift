extension HeartbeatRoutes {
    static let gatewayOperation = Operation(
        "Takes a gateway's heartbeat and says which of its sessions to end.",
        body: Heartbeat.gatewayShape,
        answers: [200: .json(standing)])

    static let outlineOperation = Operation(
        "Takes the heartbeat of an Outline node, from its agent or from a gateway that relays it.",
        body: Heartbeat.outlineShape,
        answers: [200: .json(standing)], codes: [.outlineNodeNotFound], refusals: [.nodeDisabled])

    private static let standing = ObjectShape.answer(
        MemberShape("status", .choice(["ok"])), MemberShape("state", .choice(NodeState.self)),
        MemberShape("next_heartbeat_after_sec", .count), Revocation.member, MemberShape("drain", .flag)
    ).named("NodeStanding")
}

enum Revocation {
    static let member = MemberShape("revoke", .list(.object(shape), count: 0...1_000_000))

    private static let shape = ObjectShape.answer(
        MemberShape("session_id", .reference),
        MemberShape(
            "reason",
            .choice(["revoked", "replaced", "blocked", "deleted", "no_active_subscription", "quota_exceeded"]))
    ).named("Revocation")
}
