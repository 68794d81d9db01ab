import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Users")
struct UserRoutesTests {
    @Test("are created, read, listed and written into the audit log in one go")
    func create() async throws {
        try await AdminFixture.run { api in
            let made = try await api.post(
                "users", #"{"email":"Ann@Example.org","name":null}"#, headers: ["X-Request-Id": "r1"])
            #expect(made.status == 201)
            #expect(made.headers[.location] == "/api/v1/admin/users/\(made.id)")
            #expect(made.etag == "\"1\"")
            #expect(made.json["email"] == "Ann@Example.org" && made.json["status"] == "active")
            #expect(made.json["name"] == JSONValue.null)
            let read = try await api.get("users/\(made.id)")
            #expect(read.body == made.body && read.etag == made.etag)
            let event = try #require(
                try await api.pool.first("SELECT action, object_id, actor_id, request_id FROM audit_events"))
            #expect(try event.decode("action", as: String.self) == "user.create")
            #expect(try event.decode("object_id", as: String.self) == made.id)
            #expect(try event.decode("actor_id", as: String.self) == "tok_admin")
            #expect(try event.decode("request_id", as: String.self) == "r1")
        }
    }

    @Test("have an e-mail address of their own, whatever its case; a refusal writes no event")
    func emailTaken() async throws {
        try await AdminFixture.run { api in
            _ = try await api.user("ann@x")
            let taken = try await api.post("users", #"{"email":"ANN@X"}"#)
            #expect(taken.status == 409 && taken.code == "email_taken")
            let count = try #require(try await api.pool.first("SELECT count(*) AS n FROM audit_events"))
            #expect(try count.decode("n", as: Int.self) == 1)
            try await api.pool.execute("UPDATE users SET deleted_at = now()")
            #expect(try await api.post("users", #"{"email":"ANN@X"}"#).status == 201)
        }
    }

    @Test("answer 304 to who knows them")
    func notModified() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user()
            let known = try await api.get("users/\(user)", headers: ["If-None-Match": "W/\"1\""])
            #expect(known.status == 304 && known.body.isEmpty && known.etag == "\"1\"")
            #expect(try await api.get("users/\(user)", headers: ["If-None-Match": "\"2\""]).status == 200)
        }
    }

    @Test("name all faults of a body")
    func faults() async throws {
        try await AdminFixture.run { api in
            let answer = try await api.post("users", #"{"email":"x","name":"","status":"active","a/b":1}"#)
            #expect(answer.status == 422)
            #expect(
                answer.faults == [
                    "/email out_of_range", "/name out_of_range", "/status unknown_member", "/a~1b unknown_member",
                ])
        }
    }
}
