import Foundation
import NIOCore
import Testing

@testable import HTTVPSProtocol

@Suite("auth_result")
struct AuthResultTests {
    private static let allowed = #"""
        {"type":"auth_result","allowed":true,"session_id":"ses_1","user_id":"usr_1","subscription_status":"active",
        "capabilities":["binary","flow_control"],"max_streams":256,"max_payload":65536,"initial_window":262144,
        "keepalive_sec":25,"region":"eu"}
        """#

    private static var grant: SessionGrant {
        SessionGrant(
            sessionID: "ses_1", userID: "usr_1", subscriptionStatus: "active", capabilities: [.binary, .flowControl],
            maxStreams: 256, maxPayload: 65_536, initialWindow: 262_144, keepaliveSeconds: 25, region: "eu")
    }

    @Test("that allows carries every member")
    func allowing() throws {
        try Self.expect(.allowed(Self.grant), Self.allowed)
    }

    @Test("that allows names the empty set of capabilities")
    func noCapabilities() throws {
        var grant = Self.grant
        grant.capabilities = []
        try Self.expect(
            .allowed(grant), Self.allowed.replacingOccurrences(of: #"["binary","flow_control"]"#, with: "[]"))
    }

    @Test("may carry new credentials, a resume token and padding")
    func optionalMembers() throws {
        var grant = Self.grant
        grant.resumeToken = "r"
        grant.pad = "pp"
        grant.credentials = DeviceCredentials(accessToken: "a", refreshToken: "hvr_b", expiresInSeconds: 900)
        let more =
            #""resume_token":"r","pad":"pp","credentials":{"access_token":"a","refresh_token":"hvr_b","expires_in_sec":900}}"#
        try Self.expect(.allowed(grant), Self.allowed.dropLast() + "," + more)
    }

    @Test("that resumes carries the highest id and what was taken of each stream")
    func resuming() throws {
        var grant = Self.grant
        grant.resumed = true
        grant.lastStreamID = 9
        grant.streams = [StreamOffset(streamID: 7, received: 4_096)]
        let list = #""streams":[{"stream_id":7,"received":4096}]}"#
        try Self.expect(.allowed(grant), Self.allowed.dropLast() + #","resumed":true,"last_stream_id":9,"# + list)
        grant.lastStreamID = nil
        grant.streams = []
        try Self.expect(.allowed(grant), Self.allowed.dropLast() + #","resumed":true,"streams":[]}"#)
        grant.resumed = false
        try Self.expect(.allowed(grant), Self.allowed.dropLast() + #","resumed":false}"#)
    }

    @Test(
        "is refused by a client where a resume breaks its form",
        arguments: [
            #""resumed":1"#, #""resumed":true"#, #""resumed":true,"streams":{}"#,
            #""resumed":true,"streams":[],"last_stream_id":-1"#,
            #""resumed":true,"streams":[{"stream_id":1,"received":0},{"stream_id":1,"received":0}]"#,
        ])
    func badResume(members: String) {
        let text = Self.allowed.dropLast() + "," + members + "}"
        #expect { try AuthResult.decode(.text(String(text))) } throws: { ($0 as? TunnelError)?.code == .badFrame }
    }

    @Test("that refuses carries the reason", arguments: RefusalReason.allCases)
    func refusing(reason: RefusalReason) throws {
        try Self.expect(
            .refused(reason: reason.rawValue), #"{"type":"auth_result","allowed":false,"reason":"\#(reason.rawValue)"}"#
        )
    }

    @Test("has the closed list of reasons in the order in which they are checked")
    func reasons() {
        #expect(
            RefusalReason.allCases.map(\.rawValue) == [
                "draining", "overloaded", "backend_unavailable", "invalid_token", "token_expired", "device_mismatch",
                "device_not_found", "device_blocked", "no_active_subscription", "quota_exceeded", "session_limit",
                "no_egress_available",
            ])
    }

    @Test(
        "is refused by a client where it grants less than the least or lacks a member",
        arguments: [
            (#""max_payload":65536"#, #""max_payload":16383"#),
            (#""initial_window":262144"#, #""initial_window":65535"#),
            (#""max_streams":256"#, #""max_streams":0"#), (#""keepalive_sec":25"#, #""keepalive_sec":0"#),
            (#""keepalive_sec":25"#, #""keepalive_sec":-25"#), (#""region":"eu""#, #""region":null"#),
            (#""session_id":"ses_1","#, ""), (#""allowed":true"#, #""allowed":"true""#), ("auth_result", "auth"),
            (#""capabilities":["binary","flow_control"],"#, ""),
        ])
    func faults(good: String, bad: String) {
        let text = Self.allowed.replacingOccurrences(of: good, with: bad)
        #expect(text != Self.allowed)
        #expect { try AuthResult.decode(.text(text)) } throws: { ($0 as? TunnelError)?.code == .badFrame }
    }

    private static func expect(_ result: AuthResult, _ text: some StringProtocol) throws {
        #expect(try AuthResult.decode(.text(String(text))) == result)
        let written = try JSONSerialization.jsonObject(with: Data(result.encoded().readableBytesView)) as? NSDictionary
        #expect(try written == JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary)
    }
}
