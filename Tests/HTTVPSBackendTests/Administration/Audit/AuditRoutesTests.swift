import Foundation
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Reading the audit log")
struct AuditRoutesTests {
    @Test("shows who did what to which object in which request, with secrets as ***")
    func item() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user()
            let made = try await api.post(
                "devices", #"{"user_id":"\#(user)","name":"Phone"}"#, as: "support", headers: ["x-request-id": "r-1"])
            let list = try await api.get("audit-events?object_id=\(made.id)")
            let event = try #require(list.items.first)
            #expect(list.items.count == 1)
            #expect(event["action"]?.text == "device.create")
            #expect(event["actor"] == ["kind": "api_token", "id": "tok_support", "name": "support"])
            #expect(event["object"] == ["kind": "device", "id": .string(made.id)])
            #expect(event["before"] == .null)
            #expect(event["after"]?.object?["enrollment_code"]?.text == "***")
            #expect(event["request_id"]?.text == "r-1")
            #expect(event["trace_id"]?.text?.count == 32)
            #expect(event["updated_at"] == nil)
            let id = try #require(event["id"]?.text)
            #expect(id.hasPrefix("aud_"))
            let single = try await api.get("audit-events/\(id)", as: "read-only")
            #expect(single.json == event)
            let etag = try #require(single.etag)
            let known = try await api.get("audit-events/\(id)", headers: ["if-none-match": etag])
            #expect(known.status == 304)
            #expect(try await api.get("audit-events/aud_none").code == "audit_event_not_found")
        }
    }

    @Test("is filtered by actor, action, kind, object and request, and takes no other value")
    func filters() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user()
            try await api.region()
            _ = try await api.post("users", #"{"email":"b@example.org"}"#, as: "support")
            func count(_ query: String) async throws -> Int { try await api.get("audit-events?\(query)").items.count }
            #expect(try await count("") == 3)
            #expect(try await count("actor_id=tok_support") == 1)
            #expect(try await count("action=user.create") == 2)
            #expect(try await count("action=user.delete") == 0)
            #expect(try await count("object_kind=region") == 1)
            #expect(try await count("object_id=\(user)&actor_id=tok_admin") == 1)
            #expect(try await count("request_id=nobody") == 0)
            #expect(try await count("created_at[lt]=2020-01-01T00:00:00Z") == 0)
            for query in ["action=user.fly", "object_kind=house", "limit=0"] {
                #expect(try await api.get("audit-events?\(query)").code == "invalid_query")
            }
            #expect(try await api.get("audit-events?actor=x").code == "unknown_query_parameter")
        }
    }
}
