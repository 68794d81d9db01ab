import HTTVPSProtocol

extension DeviceCredentials {
    static let members = [
        MemberShape("access_token", .text(.length(1...8_192))), MemberShape("refresh_token", .text(.length(1...200))),
        MemberShape("expires_in_sec", .count),
    ]

    static let shape = ObjectShape(part: .answer, members: members, name: "DeviceCredentials")

    static let enrolled = ObjectShape(
        part: .answer, members: [MemberShape("device_id", .reference)] + members + [GatewayHint.member],
        name: "EnrolledDevice")
}

enum GatewayHint {
    static let member = MemberShape("gateways", .list(.object(shape), count: 0...20))

    private static let shape = ObjectShape.answer(
        MemberShape("url", .text(.url(scheme: "wss"))), MemberShape("region", .reference)
    ).named("GatewayHint")
}
