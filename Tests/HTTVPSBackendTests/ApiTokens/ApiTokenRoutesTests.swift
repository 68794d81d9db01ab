import Foundation
import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("API tokens")
struct ApiTokenRoutesTests {
    @Test("are shown once, live 90 days unless told otherwise, and never in the past")
    func create() async throws {
        let now = Date(timeIntervalSince1970: 1_800_000_000)
        try await AdminFixture.run(now: { now }) { api in
            let made = try await api.post("api-tokens", #"{"name":"ci","role":"read-only"}"#)
            #expect(made.status == 201 && made.json["status"] == "active" && made.json["last_used_at"] == .null)
            #expect(made.json["expires_at"]?.text == InternetTime.text(now.addingTimeInterval(90 * 86_400)))
            let token = try #require(made.json["token"]?.text)
            #expect(OpaqueToken(token)?.kind == .apiToken)
            let read = try await api.get("api-tokens/\(made.id)")
            #expect(read.status == 200 && read.json["token"] == nil && read.etag == made.etag)
            #expect(try await !api.get("api-tokens").body.contains("hva_"))
            let past = try await api.post(
                "api-tokens", #"{"name":"ci","role":"admin","expires_at":"2020-01-01T00:00:00Z"}"#)
            #expect(past.faults == ["/expires_at in_the_past"])
            let faults = try await api.post("api-tokens", #"{"role":"root","colour":1}"#).faults
            #expect(faults == ["/name required", "/role invalid_format", "/colour unknown_member"])
            let leak = try await api.pool.first("SELECT 1 AS n FROM audit_events WHERE after::text LIKE '%hva_%'")
            #expect(leak == nil)
        }
    }

    @Test("are good until they are deleted or end, and then no more at once")
    func life() async throws {
        try await World.run { world in
            let admin = try await world.operatorToken()
            let path = "/api/v1/admin/api-tokens"
            let end = world.clock.now.addingTimeInterval(60)
            let made = try await world.post(
                path, ["name": "ci", "role": "read-only", "expires_at": .time(end)], bearer: admin)
            let token = made.text("token") ?? ""
            func code() async throws -> String? {
                try await world.send(.get, path, bearer: token).text("code")
            }
            #expect(try await code() == nil)
            #expect(try await world.post(path, [:], bearer: token).text("code") == "forbidden")
            world.clock.advance(60)
            #expect(try await code() == "token_expired")
            world.clock.advance(-60)
            let item = "\(path)/\(made.text("id") ?? "")"
            let read = try await world.send(.get, item, bearer: admin)
            #expect(read.text("last_used_at") != nil && read.headers[.eTag] == made.headers[.eTag])
            #expect(try await world.send(.delete, item, bearer: admin).status == 204)
            #expect(try await code() == "invalid_token")
            #expect(try await world.send(.get, item, bearer: admin).text("code") == "api_token_not_found")
        }
    }

    @Test("are made by admins alone, filtered by status and role, and never patched")
    func rules() async throws {
        try await AdminFixture.run { api in
            for caller in ["support", "read-only", "gateway"] {
                let refused = try await api.post("api-tokens", #"{"name":"ci","role":"admin"}"#, as: caller)
                #expect(refused.status == 403)
            }
            let made = try await api.post("api-tokens", #"{"name":"ci","role":"support"}"#)
            #expect(try await api.get("api-tokens?role=support&status=active", as: "read-only").items.count == 1)
            #expect(try await api.get("api-tokens?status=expired").items.isEmpty)
            #expect(try await api.get("api-tokens?role=root").status == 400)
            let patched = try await api.send(.patch, "api-tokens/\(made.id)", bytes: Array("{}".utf8))
            #expect(patched.status == 405 && patched.headers[.allow]?.contains("PATCH") == false)
            #expect(patched.headers[.allow]?.contains("GET") == true)
        }
    }
}
