import Foundation
import Testing

@testable import HTTVPSProtocol

@Suite("Control-plane messages")
struct ControlPlaneMessageTests {
    private static let node = AssignedNode(
        nodeID: "oln_1", host: "n.example", port: 8_388, method: "chacha20-ietf-poly1305", password: "p", prefix: nil,
        halfClose: false, region: "eu", weight: 100)

    private static let nodeText = #"""
        {"node_id":"oln_1","host":"n.example","port":8388,"method":"chacha20-ietf-poly1305","password":"p",
        "half_close":false,"region":"eu","weight":100}
        """#

    @Test("of validate-device have the members of the contract")
    func validateDevice() throws {
        try expect(
            ValidateDeviceRequest(
                deviceID: "dev_1", token: "t", region: "eu", clientVersion: "1.0", clientIP: "192.0.2.1"),
            #"{"device_id":"dev_1","token":"t","region":"eu","client_version":"1.0","client_ip":"192.0.2.1"}"#)
        try expect(
            ValidateDeviceRequest(deviceID: "dev_1", token: "t", region: nil, clientVersion: nil, clientIP: nil),
            #"{"device_id":"dev_1","token":"t"}"#)
        try expect(
            ValidateDeviceResponse(
                sessionID: "ses_1", userID: "usr_1", deviceID: "dev_1", subscriptionStatus: "active",
                expiresAt: "2030-01-01T00:00:00Z",
                limits: SessionLimits(
                    maxStreams: 256, maxSessions: 3, rateBytesPerSecond: 1_000, leaseBytes: 67_108_864, leaseSeconds: 60
                ),
                nodes: [Self.node],
                credentials: DeviceCredentials(accessToken: "a", refreshToken: "hvr_b", expiresInSeconds: 900)),
            #"""
            {"allowed":true,"session_id":"ses_1","user_id":"usr_1","device_id":"dev_1","subscription_status":"active",
            "expires_at":"2030-01-01T00:00:00Z","limits":{"max_streams":256,"max_sessions":3,"rate_bytes_per_sec":1000,
            "lease_bytes":67108864,"lease_sec":60},"nodes":[\#(Self.nodeText)],
            "credentials":{"access_token":"a","refresh_token":"hvr_b","expires_in_sec":900}}
            """#)
    }

    @Test("of validate-device are read where limits are null and members are new")
    func nullLimits() throws {
        let response = try JSONDecoder().decode(
            ValidateDeviceResponse.self,
            from: Data(
                #"""
                {"allowed":true,"session_id":"s","user_id":"u","device_id":"d","subscription_status":"active",
                "expires_at":null,"limits":{"max_streams":1,"max_sessions":1,"rate_bytes_per_sec":null,
                "lease_bytes":null,"lease_sec":60,"colour":1},"nodes":[],"credentials":null,"more":{}}
                """#.utf8))
        #expect(response.expiresAt == nil)
        #expect(response.limits.rateBytesPerSecond == nil)
        #expect(response.limits.leaseBytes == nil)
        #expect(response.credentials == nil)
    }

    @Test("of assign-outline have the members of the contract")
    func assignOutline() throws {
        try expect(
            AssignOutlineRequest(deviceID: "dev_1", sessionID: "ses_1", regionCode: "eu", exclude: ["oln_2"]),
            #"{"device_id":"dev_1","session_id":"ses_1","region_code":"eu","exclude":["oln_2"]}"#)
        var node = Self.node
        node.accessKeyID = "7"
        node.prefix = "POST "
        try expect(node, Self.nodeText.dropLast() + #","access_key_id":"7","prefix":"POST "}"#)
    }

    @Test("of usage reports have the members of the contract")
    func usage() throws {
        try expect(
            UsageReportRequest(
                epoch: "e",
                reports: [
                    SessionUsage(
                        sessionID: "ses_1", seq: 2, bytesUp: 3, bytesDown: 9_007_199_254_740_991, streamsOpened: 5,
                        final: true, endedAt: "2030-01-01T00:00:00Z", closeReason: "normal"),
                    SessionUsage(sessionID: "ses_2", seq: 1, bytesUp: 0, bytesDown: 0, streamsOpened: 0),
                ]),
            #"""
            {"epoch":"e","reports":[{"session_id":"ses_1","seq":2,"bytes_up":3,"bytes_down":9007199254740991,
            "streams_opened":5,"final":true,"ended_at":"2030-01-01T00:00:00Z","close_reason":"normal"},
            {"session_id":"ses_2","seq":1,"bytes_up":0,"bytes_down":0,"streams_opened":0}]}
            """#)
        try expect(
            UsageReportResponse(
                results: [
                    .init(sessionID: "ses_1", seq: 2, status: .accepted),
                    .init(sessionID: "ses_2", seq: 1, status: .stale),
                    .init(sessionID: "ses_3", seq: 1, status: .unknownSession),
                    .init(sessionID: "ses_4", seq: 1, status: .invalid),
                ], revoke: [SessionRevocation(sessionID: "ses_1", reason: "replaced")],
                leases: [.init(sessionID: "ses_1", leaseBytes: 5, leaseSeconds: 60)], nextReportAfterSeconds: 10),
            #"""
            {"results":[{"session_id":"ses_1","seq":2,"status":"accepted"},{"session_id":"ses_2","seq":1,"status":"stale"},
            {"session_id":"ses_3","seq":1,"status":"unknown_session"},{"session_id":"ses_4","seq":1,"status":"invalid"}],
            "revoke":[{"session_id":"ses_1","reason":"replaced"}],
            "leases":[{"session_id":"ses_1","lease_bytes":5,"lease_sec":60}],"next_report_after_sec":10}
            """#)
    }

    @Test("of heartbeats have the members of the contract")
    func heartbeats() throws {
        var beat = HeartbeatRequest(nodeID: "gwy_1", epoch: "e", timestamp: "2030-01-01T00:00:00Z")
        try expect(beat, #"{"node_id":"gwy_1","epoch":"e","timestamp":"2030-01-01T00:00:00Z"}"#)
        beat.region = "eu"
        beat.uptimeSeconds = 1
        beat.activeSessions = 2
        beat.cpuLoad = 0.5
        beat.memLoad = 0.25
        beat.bytesUp = 3
        beat.bytesDown = 4
        beat.lastError = "x"
        beat.version = "1.0"
        beat.publicURL = "wss://g/ws"
        beat.sessions = ["ses_1"]
        beat.egress = [.init(nodeID: "oln_1", ok: true, connectMilliseconds: 7, errors: 0)]
        try expect(
            beat,
            #"""
            {"node_id":"gwy_1","epoch":"e","timestamp":"2030-01-01T00:00:00Z","region":"eu","uptime_sec":1,
            "active_sessions":2,"cpu_load":0.5,"mem_load":0.25,"bytes_up":3,"bytes_down":4,"last_error":"x",
            "version":"1.0","public_url":"wss://g/ws","sessions":["ses_1"],
            "egress":[{"node_id":"oln_1","ok":true,"connect_ms":7,"errors":0}]}
            """#)
        try expect(
            HeartbeatResponse(
                state: "healthy", nextHeartbeatAfterSeconds: 10,
                revoke: [SessionRevocation(sessionID: "ses_1", reason: "quota_exceeded")], drain: false),
            #"""
            {"status":"ok","state":"healthy","next_heartbeat_after_sec":10,
            "revoke":[{"session_id":"ses_1","reason":"quota_exceeded"}],"drain":false}
            """#)
    }

    @Test("of faults are problem details")
    func problems() throws {
        var problem = Problem(
            title: "Forbidden", status: 403, code: "quota_exceeded", detail: "d",
            instance: "/api/v1/auth/validate-device",
            requestID: "r", errors: [.init(pointer: "/a", code: "required", detail: "e")])
        problem.allowed = false
        problem.reason = "quota_exceeded"
        try expect(
            problem,
            #"""
            {"type":"about:blank","title":"Forbidden","status":403,"code":"quota_exceeded","detail":"d",
            "instance":"/api/v1/auth/validate-device","request_id":"r","allowed":false,"reason":"quota_exceeded",
            "errors":[{"pointer":"/a","code":"required","detail":"e"}]}
            """#)
    }

    private func expect<Message: Codable & Equatable>(
        _ message: Message, _ text: some StringProtocol, sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let encoded = try JSONEncoder().encode(message)
        let written = try JSONSerialization.jsonObject(with: encoded) as? NSDictionary
        let expected = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? NSDictionary
        #expect(written == expected, sourceLocation: sourceLocation)
        let read = try JSONDecoder().decode(Message.self, from: Data(text.utf8))
        #expect(read == message, sourceLocation: sourceLocation)
    }
}
