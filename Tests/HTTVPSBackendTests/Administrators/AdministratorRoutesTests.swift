import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Administrators")
struct AdministratorRoutesTests {
    @Test("are created without showing or logging their password")
    func create() async throws {
        try await AdminFixture.run { api in
            let made = try await api.administrator("Ann@example.org")
            #expect(made.status == 201 && made.json["status"] == "active" && made.json["role"] == "admin")
            #expect(!made.body.contains("password") && !made.body.contains("argon"))
            let again = try await api.administrator("ann@EXAMPLE.org")
            #expect(again.status == 409 && again.code == "email_taken")
            let leaks = try await api.pool.first(
                """
                SELECT 1 AS n FROM administrators a, audit_events e
                WHERE a.password_hash NOT LIKE '$argon2id$%' OR e.after::text ~ 'a long enough password|argon'
                """)
            #expect(leaks == nil)
            let read = try await api.get("administrators/\(made.id)", headers: ["If-None-Match": made.etag ?? ""])
            #expect(read.status == 304)
        }
    }

    @Test("name all faults of a body")
    func faults() async throws {
        try await AdminFixture.run { api in
            let odd = #"{"email":"a","password":"short","role":"owner","x":1}"#
            let faults = try await api.post("administrators", odd).faults
            #expect(
                faults == [
                    "/email out_of_range", "/password out_of_range", "/role invalid_format", "/x unknown_member",
                ])
            let missing = try await api.post("administrators", "{}").faults
            #expect(missing == ["/email required", "/password required", "/role required"])
            #expect(try await api.post("administrators", "{}", as: "support").status == 403)
        }
    }

    @Test("are changed but for their e-mail address, with the password as stars in the log")
    func change() async throws {
        try await AdminFixture.run { api in
            _ = try await api.administrator("root@example.org")
            let id = try await api.administrator("ann@example.org", role: "support").id
            let changed = try await api.patch(
                "administrators/\(id)", #"{"role":"admin","password":"another long one"}"#)
            #expect(changed.status == 200 && changed.json["role"] == "admin" && changed.etag == "\"2\"")
            let faults = try await api.patch("administrators/\(id)", #"{"email":"x@y","password":null}"#).faults
            #expect(Set(faults) == ["/email unknown_member", "/password required"])
            let log = try await api.pool.first(
                """
                SELECT 1 AS n FROM audit_events
                WHERE action = 'administrator.update' AND after->>'password' = '***' AND after::text !~ 'another long'
                """)
            #expect(log != nil)
            #expect(try await api.delete("administrators/\(id)").status == 204)
            #expect(try await api.get("administrators/\(id)").code == "administrator_not_found")
            #expect(try await api.administrator("ann@example.org").status == 201)
        }
    }

    @Test("keep an active admin when all are deleted at once")
    func lastAdmin() async throws {
        try await AdminFixture.run { api in
            var ids: [String] = []
            for number in 1...6 { ids.append(try await api.administrator("a\(number)@example.org").id) }
            let answers = try await withThrowingTaskGroup(of: AdminAnswer.self) { group in
                for id in ids { group.addTask { try await api.delete("administrators/\(id)") } }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 409 && $0.code == "in_use" }.count == 1)
            #expect(answers.filter { $0.status < 300 }.count == 5)
            #expect(try await api.get("administrators?role=admin&status=active").items.count == 1)
        }
    }

    @Test("may be changed also where only one admin is left: the command line makes tokens")
    func onlyAdmin() async throws {
        try await AdminFixture.run { api in
            let id = try await api.administrator("a@example.org").id
            #expect(try await api.patch("administrators/\(id)", #"{"role":"read-only"}"#).status == 200)
            #expect(try await api.patch("administrators/\(id)", #"{"role":"admin"}"#).status == 200)
            #expect(try await api.patch("administrators/\(id)", #"{"status":"blocked"}"#).status == 200)
        }
    }

    @Test("are filtered by role and status")
    func list() async throws {
        try await AdminFixture.run { api in
            _ = try await api.administrator("a@example.org")
            _ = try await api.administrator("b@example.org", role: "support")
            #expect(try await api.get("administrators?role=support").items.count == 1)
            #expect(try await api.get("administrators?status=blocked").items.isEmpty)
        }
    }
}

extension AdminFixture {
    func administrator(_ email: String, role: String = "admin") async throws -> AdminAnswer {
        try await post(
            "administrators", #"{"email":"\#(email)","password":"a long enough password","role":"\#(role)"}"#)
    }
}
