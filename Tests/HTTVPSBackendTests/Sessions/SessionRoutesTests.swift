import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Sessions")
struct SessionRoutesTests {
    private func open(_ api: AdminFixture) async throws -> String {
        try await api.region()
        let (user, plan) = (try await api.user(), try await api.plan())
        let subscription = try await api.post("subscriptions", #"{"user_id":"\#(user)","plan_id":"\#(plan)"}"#).id
        let device = try await api.post("devices", #"{"user_id":"\#(user)","name":"d"}"#).id
        let parts = #""host":"a","port":1,"method":"aes-256-gcm","password":"p""#
        let node = try await api.post("outline-nodes", #"{"region":"eu",\#(parts)}"#).id
        let gateway = try await api.post(
            "gateway-nodes", #"{"name":"g","region":"eu","public_url":"wss://g"}"#
        ).id
        try await api.pool.execute(
            """
            INSERT INTO sessions (id, user_id, device_id, subscription_id, gateway_id, node_id, region, named_at)
            VALUES ('ses_1', \(user), \(device), \(subscription), \(gateway), \(node), 'eu', now())
            """)
        return device
    }

    @Test("are read, listed and revoked, and a second revocation is no fault")
    func revoke() async throws {
        try await AdminFixture.run { api in
            let device = try await open(api)
            let read = try await api.get("sessions/ses_1")
            #expect(read.json["status"] == "active" && read.json["bytes_up"] == .integer(0))
            #expect(try await api.get("sessions?device_id=\(device)&status=active").items == [read.json])
            let revoked = try await api.post("sessions/ses_1/revoke", #"{"reason":"stolen"}"#, as: "support")
            #expect(revoked.status == 200 && revoked.json["status"] == "active")
            #expect(try await api.post("sessions/ses_1/revoke").status == 200)
            let events = try await api.pool.query("SELECT id FROM audit_events WHERE action = 'session.revoke'")
            #expect(events.count == 1)
            try await api.pool.execute("UPDATE sessions SET ended_at = now(), close_reason = 'revoked'")
            #expect(try await api.post("sessions/ses_1/revoke").code == "session_ended")
            #expect(try await api.get("sessions?status=ended").items.count == 1)
            #expect(try await api.post("sessions/ses_2/revoke").code == "session_not_found")
            #expect(
                try await api.post("sessions/ses_1/revoke", #"{"reason":7,"x":1}"#).faults == [
                    "/reason wrong_type", "/x unknown_member",
                ])
        }
    }
}
