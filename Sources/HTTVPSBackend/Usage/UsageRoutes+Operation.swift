import HTTVPSProtocol

extension UsageRoutes {
    static let operation = Operation(
        "Counts what sessions have used, renews leases and says which sessions to end.",
        body: ObjectShape.openBody(
            MemberShape("epoch", .text(.length(1...128)), .required),
            MemberShape(
                "reports", .list(.judgedLater(UsageItem.shape), count: 0...UsageReportRequest.maximumReports), .required
            )
        ).named("UsageReport"),
        answers: [200: .json(answer)])

    private static let answer = ObjectShape.answer(
        MemberShape("results", .list(.object(itemOutcome), count: 0...1_000)), Revocation.member,
        MemberShape("leases", .list(.object(lease), count: 0...1_000)), MemberShape("next_report_after_sec", .count)
    ).named("UsageSettlement")

    private static let itemOutcome = ObjectShape.answer(
        MemberShape("session_id", .text(.anything), .nullable),
        MemberShape("seq", .integer(-JSONNumber.largestExact...JSONNumber.largestExact), .nullable),
        MemberShape("status", .choice(["accepted", "stale", "unknown_session", "invalid"]))
    ).named("UsageResult")

    private static let lease = ObjectShape.answer(
        MemberShape("session_id", .reference), MemberShape("lease_bytes", .count, .nullable),
        MemberShape("lease_sec", .count)
    ).named("UsageLease")
}
