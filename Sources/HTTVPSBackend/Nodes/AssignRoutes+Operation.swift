import HTTVPSProtocol
import HTTVPSShadowsocks

extension AssignRoutes {
    static let operation = Operation(
        "Assigns one node to a session, or explains with explain=true what would be assigned.",
        body: ObjectShape.openBody(
            MemberShape("device_id", .text(TextForm()), .required), MemberShape("session_id", .text(TextForm())),
            MemberShape("region_code", .text(TextForm())),
            MemberShape("exclude", .list(.text(TextForm()), count: 0...1_000))
        ).named("AssignOutline"),
        answers: [200: .either([assigned, explanation])],
        codes: [.deviceNotFound, .sessionNotFound, .noOutlineNodesAvailable, .noHealthyOutlineNodes],
        refusals: [.gatewayDisabled])

    static let assigned = ObjectShape(
        part: .answer,
        members: AssignedNode.shape.members + [MemberShape("access_key_id", .text(.length(0...200)), .nullable)],
        name: "AssignedNodeWithKey")

    static let explanation = ObjectShape.answer(
        MemberShape("candidates", .list(.object(candidate), count: 0...100_000)),
        MemberShape("chosen", .reference, .nullable)
    ).named("AssignmentExplanation")

    private static let candidate = ObjectShape.answer(
        MemberShape("node_id", .reference), MemberShape("region", .reference),
        MemberShape("weight", .integer(1...1_000)), MemberShape("state", .choice(NodeState.self)),
        MemberShape("eligible", .flag), MemberShape("removed_by", .text(.name), .nullable),
        MemberShape("score", .integer(-JSONNumber.largestExact...JSONNumber.largestExact), .nullable)
    ).named("AssignmentCandidate")
}

extension AssignedNode {
    static let shape = ObjectShape.answer(
        MemberShape("node_id", .reference), MemberShape("host", .text(.length(1...253))),
        MemberShape("port", .integer(1...65_535)), MemberShape("method", .choice(CipherMethod.self)),
        MemberShape("password", .text(.length(1...1_024))), MemberShape("prefix", .text(.anything), .nullable),
        MemberShape("half_close", .flag), MemberShape("region", .reference),
        MemberShape("weight", .integer(1...1_000))
    ).named("AssignedNode")
}
