import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Idempotency keys")
struct IdempotencyTests {
    private let key = ["Idempotency-Key": "order-1"]

    @Test("give the first answer again, secrets too, and keep them sealed")
    func replay() async throws {
        try await AdminFixture.run { api in
            let body = #"{"user_id":"\#(try await api.user())","name":"Phone"}"#
            let first = try await api.post("devices", body, headers: key)
            #expect(first.status == 201 && first.header(.idempotencyReplayed) == nil)
            let again = try await api.post("devices", body, headers: key)
            #expect(again.status == 201 && again.body == first.body)
            #expect(again.header(.idempotencyReplayed) == "true")
            #expect(again.headers[.location] == first.headers[.location] && again.etag == first.etag)
            let code = try #require(first.json["enrollment_code"]?.text)
            let rows = try await api.pool.query("SELECT encode(body, 'escape') AS body FROM idempotency_keys")
            let kept: String = try #require(rows.first).decode("body")
            #expect(!kept.contains(code))
            #expect(try await api.get("devices").items.count == 1)
        }
    }

    @Test("give the first answer to everyone who asks at once, as soon as it stands")
    func replaysAtOnce() async throws {
        try await AdminFixture.run { api in
            let body = #"{"email":"a@b"}"#
            #expect(try await api.post("users", body, headers: key).status == 201)
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 1...40 {
                    group.addTask { try await api.post("users", body, headers: key).status }
                }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 40])
        }
    }

    @Test("refuse another body, and belong to one caller and one path")
    func scope() async throws {
        try await AdminFixture.run { api in
            #expect(try await api.post("users", #"{"email":"a@b"}"#, headers: key).status == 201)
            let reused = try await api.post("users", #"{"email":"a@b" }"#, headers: key)
            #expect(reused.status == 422 && reused.code == "idempotency_key_reused" && reused.faults.isEmpty)
            #expect(try await api.post("users", #"{"email":"c@d"}"#, as: "admin2", headers: key).status == 201)
            #expect(try await api.post("regions", #"{"code":"eu","name":"E"}"#, headers: key).status == 201)
        }
    }

    @Test("keep no answer above 399, and a member fault does not burn the key")
    func refusals() async throws {
        try await AdminFixture.run { api in
            let refused = try await api.post("users", #"{"email":"a"}"#, headers: key)
            let made = try await api.post("users", #"{"email":"a@b"}"#, headers: key)
            #expect(refused.status == 422 && made.status == 201)
        }
    }

    @Test("come before existence: a kept answer is given when the object is gone")
    func keptWhenGone() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user()
            let device = try await api.post("devices", #"{"user_id":"\#(user)","name":"Phone"}"#).id
            let first = try await api.post("devices/\(device)/tokens", headers: key)
            #expect(first.status == 201)
            try await api.pool.execute("UPDATE devices SET deleted_at = now()")
            let again = try await api.send(.post, "devices/\(device)/tokens", headers: key, bytes: [])
            #expect(again.status == 201 && again.body == first.body)
            #expect(try await api.post("devices/\(device)/tokens").code == "device_not_found")
        }
    }

    @Test("let one of fifty clients win, and none fails")
    func race() async throws {
        try await AdminFixture.run { api in
            let answers = try await withThrowingTaskGroup(of: AdminAnswer.self) { group in
                for _ in 0..<50 {
                    group.addTask { try await api.post("users", #"{"email":"race@x"}"#, headers: key) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            let made = answers.filter { $0.status == 201 }
            let first = made.filter { $0.header(.idempotencyReplayed) != "true" }
            #expect(first.count == 1)
            #expect(Set(made.map(\.body)).count == 1)
            let others = answers.filter { $0.status != 201 }
            #expect(others.allSatisfy { $0.code == "idempotency_key_in_progress" && $0.headers[.retryAfter] != nil })
            #expect(try await api.get("users").items.count == 1)
        }
    }
}
