import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

extension AdminFixture {
    func patch(
        _ path: String, _ body: String, as caller: String? = "admin", match: String? = "*",
        headers: [String: String] = [:]
    ) async throws -> AdminAnswer {
        var headers = headers
        headers["If-Match"] = match
        return try await send(.patch, path, as: caller, headers: headers, bytes: Array(body.utf8))
    }

    func delete(_ path: String, as caller: String? = "admin", match: String? = "*") async throws -> AdminAnswer {
        try await send(.delete, path, as: caller, headers: match.map { ["If-Match": $0] } ?? [:])
    }

    func actions(of id: String) async throws -> [String] {
        try await pool.query("SELECT action FROM audit_events WHERE object_id = \(id) ORDER BY position").map {
            try $0.decode("action")
        }
    }
}

@Suite("Changing and deleting")
struct ChangeTests {
    @Test("a change is compared with the revision that the caller saw, then written, and moves the tag")
    func change() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user("a@b")
            let made = try await api.patch("users/\(user)", #"{"name":"Ann"}"#, match: "\"1\"")
            #expect(made.status == 200 && made.json["name"] == "Ann" && made.etag == "\"2\"")
            #expect(made.json["email"] == "a@b")
            let read = try await api.get("users/\(user)")
            #expect(read.body == made.body && read.etag == made.etag)
            #expect(
                try await api.patch("users/\(user)", #"{"name":"B"}"#, match: "\"1\"").code == "precondition_failed")
            let listed = try await api.patch("users/\(user)", #"{"name":null}"#, match: "\"9\", \"2\"")
            #expect(listed.status == 200 && listed.json["name"] == .null)
            #expect(try await api.patch("users/\(user)", "{}", match: "W/\"3\"").status == 412)
            #expect(try await api.actions(of: user) == ["user.create", "user.update", "user.update"])
            let event = try #require(
                try await api.pool.first(
                    """
                    SELECT before->>'name' AS old, after->>'name' AS new FROM audit_events
                    WHERE action = 'user.update' ORDER BY position LIMIT 1
                    """))
            #expect(try event.decode("old", as: String?.self) == nil)
            #expect(try event.decode("new", as: String.self) == "Ann")
        }
    }

    @Test("checks come in order: existence, 428, 412, members, state")
    func order() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user("a@b")
            _ = try await api.user("c@d")
            let body = #"{"email":"C@D","status":"gone"}"#
            #expect(try await api.patch("users/usr_x", body, match: nil).code == "user_not_found")
            #expect(try await api.patch("users/\(user)", body, match: nil).code == "precondition_required")
            #expect(try await api.patch("users/\(user)", body, match: "\"7\"").code == "precondition_failed")
            #expect(try await api.patch("users/\(user)", body).faults == ["/status invalid_format"])
            #expect(try await api.patch("users/\(user)", #"{"email":"C@D"}"#).code == "email_taken")
            #expect(try await api.delete("users/usr_x", match: nil).code == "user_not_found")
            #expect(try await api.delete("users/\(user)", match: nil).status == 428)
            #expect(try await api.delete("users/\(user)", match: "\"0\"").status == 412)
            #expect(try await api.patch("users/\(user)", body, as: "read-only", match: nil).status == 403)
            let other = try await api.patch("users/\(user)", "{}", headers: ["Content-Type": "text/plain"])
            #expect(other.status == 415)
            let merge = ["Content-Type": "application/merge-patch+json"]
            #expect(try await api.patch("users/\(user)", "{}", headers: merge).status == 200)
            #expect(try await api.patch("users/usr_x", "{", match: nil).code == "malformed_json")
        }
    }

    @Test("null is the default of an optional member and a fault on a required one; others are unknown")
    func nulls() async throws {
        try await AdminFixture.run { api in
            let plan = try await api.plan("basic", #","rate_bytes_per_sec":5,"price_micros":1,"currency":"EUR""#)
            let path = "plans/\(plan)"
            let faults = try await api.patch(
                path, #"{"name":null,"max_devices":null,"code":"x","id":"y","status":null}"#)
            #expect(
                faults.faults == [
                    "/name required", "/max_devices required", "/status required", "/code unknown_member",
                    "/id unknown_member",
                ])
            #expect(try await api.patch(path, #"{"currency":null}"#).faults == ["/currency required"])
            #expect(try await api.patch(path, #"{"price_micros":null}"#).faults == ["/price_micros required"])
            let free = try await api.patch(path, #"{"price_micros":null,"currency":null,"rate_bytes_per_sec":null}"#)
            #expect(free.status == 200 && free.json["currency"] == .null && free.json["rate_bytes_per_sec"] == .null)
            #expect(try await api.patch(path, "[]").faults == [" wrong_type"])
        }
    }

    @Test("what changes nothing is 200, keeps the tag and writes no event")
    func nothing() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user("a@b")
            for body in ["{}", #"{"email":"a@b","name":null,"status":"active"}"#] {
                let same = try await api.patch("users/\(user)", body)
                #expect(same.status == 200 && same.etag == "\"1\"")
            }
            #expect(try await api.actions(of: user) == ["user.create"])
        }
    }

    @Test("a deleted object is gone, its events stay, and its e-mail and code are free")
    func delete() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user("a@b")
            let gone = try await api.delete("users/\(user)", match: "\"1\"")
            #expect(gone.status == 204 && gone.body.isEmpty && gone.headers[.contentType] == nil)
            #expect(try await api.get("users/\(user)").status == 404)
            #expect(try await api.delete("users/\(user)").status == 404)
            #expect(try await api.get("users").items.isEmpty)
            #expect(try await api.actions(of: user) == ["user.create", "user.delete"])
            #expect(try await api.post("users", #"{"email":"a@b"}"#).status == 201)
            let plan = try await api.plan()
            #expect(try await api.delete("plans/\(plan)").status == 204)
            #expect(try await api.plan() != "")
            try await api.region()
            #expect(try await api.delete("regions/eu").status == 204)
            try await api.region()
            #expect(try await api.get("regions/eu").status == 200)
        }
    }

    @Test("of fifty changes of one revision at once exactly one wins")
    func race() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user("a@b")
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for index in 0..<50 {
                    group.addTask {
                        try await api.patch("users/\(user)", #"{"name":"n\#(index)"}"#, match: "\"1\"").status
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(statuses.filter { $0 == 200 }.count == 1)
            #expect(statuses.filter { $0 == 412 }.count == 49)
            #expect(try await api.actions(of: user) == ["user.create", "user.update"])
        }
    }
}
