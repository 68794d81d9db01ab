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
