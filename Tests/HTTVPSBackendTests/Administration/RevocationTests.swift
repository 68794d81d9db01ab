import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

extension AdminFixture {
    struct Connected {
        var user: String
        var device: String
        var plan: String
        var subscription: String
        var gateway: String
        var node: String
    }

    func connected(_ name: String = "a", plan more: String = "") async throws -> Connected {
        if try await get("regions/eu").status == 404 { try await region() }
        let user = try await user("\(name)@example.org")
        let device = try await post("devices", #"{"user_id":"\#(user)","name":"d"}"#).id
        let plan = try await plan(name, more)
        let subscription = try await post("subscriptions", #"{"user_id":"\#(user)","plan_id":"\#(plan)"}"#).id
        let gateway = try await post(
            "gateway-nodes", #"{"name":"g","region":"eu","public_url":"wss://g.example/ws"}"#
        ).id
        let parts = #""host":"192.0.2.1","port":8388,"method":"aes-256-gcm","password":"p""#
        let node = try await post("outline-nodes", #"{"region":"eu",\#(parts)}"#).id
        try await pool.execute(
            """
            INSERT INTO sessions (id, user_id, device_id, subscription_id, gateway_id, node_id, region, named_at)
            VALUES (\("ses_" + name), \(user), \(device), \(subscription), \(gateway), \(node), 'eu', now())
            """)
        return Connected(
            user: user, device: device, plan: plan, subscription: subscription, gateway: gateway, node: node)
    }

    func reason(_ session: String = "ses_a") async throws -> String? {
        try await pool.first("SELECT revoke_reason FROM sessions WHERE id = \(session)")?.decode("revoke_reason")
    }
}

@Suite("What a change does to sessions")
struct RevocationTests {
    @Test("blocking, deleting, cancelling, ending and disabling revoke them, each with its reason")
    func reasons() async throws {
        typealias Deed = @Sendable (AdminFixture, AdminFixture.Connected) async throws -> AdminAnswer
        let deeds: [(String, Deed)] = [
            ("blocked", { try await $0.patch("users/\($1.user)", #"{"status":"blocked"}"#) }),
            ("blocked", { try await $0.patch("devices/\($1.device)", #"{"status":"blocked"}"#) }),
            ("deleted", { try await $0.delete("users/\($1.user)") }),
            ("deleted", { try await $0.delete("devices/\($1.device)") }),
            (
                "no_active_subscription",
                { try await $0.patch("subscriptions/\($1.subscription)", #"{"status":"cancelled"}"#) }
            ), ("no_active_subscription", { try await $0.delete("subscriptions/\($1.subscription)") }),
            ("revoked", { try await $0.patch("gateway-nodes/\($1.gateway)", #"{"status":"disabled"}"#) }),
            ("quota_exceeded", { try await $0.patch("plans/\($1.plan)", #"{"traffic_limit_bytes":0}"#) }),
        ]
        try await AdminFixture.run { api in
            for (index, (reason, deed)) in deeds.enumerated() {
                let name = "u\(index)"
                let connected = try await api.connected(name)
                let answer = try await deed(api, connected)
                #expect(answer.status < 300, "\(index): \(answer.body)")
                #expect(try await api.reason("ses_" + name) == reason, "\(index)")
            }
        }
    }

    @Test("other changes leave them alone")
    func others() async throws {
        try await AdminFixture.run { api in
            let all = try await api.connected()
            #expect(try await api.patch("users/\(all.user)", #"{"name":"x"}"#).status == 200)
            #expect(try await api.patch("devices/\(all.device)", #"{"name":"x"}"#).status == 200)
            #expect(try await api.patch("plans/\(all.plan)", #"{"traffic_limit_bytes":1}"#).status == 200)
            #expect(try await api.patch("gateway-nodes/\(all.gateway)", #"{"status":"draining"}"#).status == 200)
            #expect(try await api.patch("outline-nodes/\(all.node)", #"{"status":"disabled"}"#).status == 200)
            #expect(try await api.delete("outline-nodes/\(all.node)").status == 204)
            #expect(try await api.reason() == nil)
        }
    }

    @Test("a user's devices and subscriptions go with them, each with an event")
    func belongings() async throws {
        try await AdminFixture.run { api in
            let all = try await api.connected()
            #expect(try await api.delete("users/\(all.user)").status == 204)
            #expect(try await api.get("devices/\(all.device)").status == 404)
            #expect(try await api.get("subscriptions/\(all.subscription)").status == 404)
            #expect(try await api.actions(of: all.device).last == "device.delete")
            #expect(try await api.actions(of: all.subscription).last == "subscription.delete")
            #expect(try await api.get("sessions?user_id=\(all.user)").items.count == 1)
            #expect(try await api.delete("plans/\(all.plan)").status == 204)
        }
    }

    @Test("what others use cannot be deleted")
    func inUse() async throws {
        try await AdminFixture.run { api in
            let all = try await api.connected()
            #expect(try await api.delete("plans/\(all.plan)").code == "in_use")
            #expect(try await api.delete("regions/eu").code == "in_use")
            #expect(try await api.delete("gateway-nodes/\(all.gateway)").code == "in_use")
            _ = try await api.patch("gateway-nodes/\(all.gateway)", #"{"status":"disabled"}"#)
            #expect(try await api.delete("gateway-nodes/\(all.gateway)").code == "in_use")
            try await api.pool.execute("UPDATE sessions SET ended_at = now()")
            #expect(try await api.delete("gateway-nodes/\(all.gateway)").status == 204)
            #expect(try await api.delete("regions/eu").code == "in_use")
            #expect(try await api.delete("outline-nodes/\(all.node)").status == 204)
            #expect(try await api.delete("regions/eu").status == 204)
            #expect(try await api.delete("subscriptions/\(all.subscription)").status == 204)
            #expect(try await api.delete("plans/\(all.plan)").status == 204)
        }
    }
}
