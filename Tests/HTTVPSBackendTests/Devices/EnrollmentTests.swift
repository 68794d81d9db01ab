import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Enrolment")
struct EnrollmentTests {
    private static func prepared(
        regions: [String]? = nil, _ body: @escaping @Sendable (World, EnrollmentCode) async throws -> Void
    ) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 100, regions: regions)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            try await body(world, try await world.addCode("dev_a1"))
        }
    }

    @Test("gives a device its identifier, tokens that admit it, and the healthy gateways, once")
    func enrolls() async throws {
        try await Self.prepared { world, code in
            _ = try await world.beat()
            let reply = try await world.enroll(code.text)
            #expect(reply.status == 201 && reply.text("device_id") == "dev_a1")
            #expect(reply["expires_in_sec"] == .integer(900))
            #expect(reply["gateways", "0", "url"]?.text == "wss://gateway.example")
            #expect(reply["gateways", "0", "region"]?.text == "eu")
            for member in ["access_token", "refresh_token"] {
                let token = try #require(reply.text(member))
                #expect(try await world.validate("dev_a1", token: token).status == 200)
            }
            #expect(try await world.number("SELECT count(*) AS n FROM devices WHERE enrolled_at IS NOT NULL") == 1)
            let again = try await world.enroll(code.text)
            #expect(again.status == 401 && again.text("code") == "invalid_enrollment_code")
            #expect(again.headers[.wwwAuthenticate] == "Bearer")
        }
    }

    @Test("lets exactly one of fifty clients win that come with one code at once")
    func race() async throws {
        try await Self.prepared { world, code in
            let statuses = try await withThrowingTaskGroup(of: Int.self) { group in
                for _ in 0..<50 { group.addTask { try await world.enroll(code.text).status } }
                return try await group.reduce(into: [Int: Int]()) { $0[$1, default: 0] += 1 }
            }
            #expect(statuses == [201: 1, 401: 49])
            #expect(try await world.number("SELECT count(*) AS n FROM refresh_families") == 1)
            #expect(try await world.number("SELECT count(*) AS n FROM audit_events") == 1)
        }
    }

    @Test("answers unknown, late and odd codes alike, and names the faults of a body")
    func refuses() async throws {
        try await Self.prepared { world, code in
            for odd in ["0", "ABCDE-ABCDE-ABCDE-ABCDE", "💥", String(repeating: "A", count: 200)] {
                let reply = try await world.enroll(odd)
                #expect(reply.status == 401 && reply.text("code") == "invalid_enrollment_code")
            }
            for body: JSONValue in [[:], ["enrollment_code": .integer(1)], ["enrollment_code": "a\u{0}"], .array([])] {
                #expect(try await world.post(ControlPlanePath.enroll, body, bearer: nil).status == 422)
            }
            world.clock.advance(24 * 3_600)
            #expect(try await world.enroll(code.text).text("code") == "invalid_enrollment_code")
        }
    }

    @Test("takes a code as people type it, ignores members that it does not know, and reads no Authorization")
    func typed() async throws {
        try await Self.prepared { world, code in
            let typed = code.text.lowercased().replacing("-", with: " ").replacing("0", with: "o")
            let body: JSONValue = ["enrollment_code": .string(typed), "colour": "red"]
            let reply = try await world.post(ControlPlanePath.enroll, body, bearer: "nonsense")
            #expect(reply.status == 201)
        }
    }

    @Test("of a blocked device or user is refused and leaves the code good; a deleted device's code is void")
    func blocked() async throws {
        try await Self.prepared { world, code in
            for table in ["devices", "users"] {
                try await world.pool.execute("UPDATE \(unsafe: table) SET status = 'blocked'")
                let reply = try await world.enroll(code.text)
                #expect(reply.status == 403 && reply.text("code") == "device_blocked")
                try await world.pool.execute("UPDATE \(unsafe: table) SET status = 'active'")
            }
            try await world.pool.execute("UPDATE devices SET deleted_at = now()")
            #expect(try await world.enroll(code.text).status == 401)
            try await world.pool.execute("UPDATE devices SET deleted_at = NULL")
            #expect(try await world.enroll(code.text).status == 201)
        }
    }

    @Test("names no gateway without a running subscription, and only those of the plan's regions")
    func gateways() async throws {
        try await Self.prepared(regions: ["us"]) { world, code in
            _ = try await world.beat()
            #expect(try await world.enroll(code.text)["gateways"] == .array([]))
            try await world.addUser("b", plan: nil)
            let other = try await world.addCode("dev_b1")
            #expect(try await world.enroll(other.text)["gateways"] == .array([]))
        }
    }

    @Test("stands in the audit log as the device's own doing, without its secrets")
    func audit() async throws {
        try await Self.prepared { world, code in
            let reply = try await world.enroll(code.text)
            let row = try #require(
                try await world.pool.first(
                    "SELECT actor_kind, actor_id, action, object_id, after::text AS after FROM audit_events"))
            let shown = try ["actor_kind", "actor_id", "action", "object_id"].map {
                try row.decode($0, as: String.self)
            }
            #expect(shown == ["device", "dev_a1", "device.enroll", "dev_a1"])
            let after: String = try row.decode("after")
            for secret in [code.text, reply.text("access_token") ?? "", reply.text("refresh_token") ?? ""] {
                #expect(!secret.isEmpty && !after.contains(secret))
            }
        }
    }

    @Test("keeps codes as keyed hashes only")
    func hashes() async throws {
        try await Self.prepared { world, code in
            let row = try #require(try await world.pool.first("SELECT code_hash FROM enrollment_codes"))
            let hash: [UInt8] = try row.decode("code_hash")
            #expect(hash == world.core.hasher.hash(code: code.text).bytes && hash.count == 32)
        }
    }
}

extension World {
    func addCode(_ device: String) async throws -> EnrollmentCode {
        let code = EnrollmentCode()
        let expiresAt = clock.now.addingTimeInterval(EnrollmentCode.lifetime)
        try await pool.execute(
            """
            INSERT INTO enrollment_codes (code_hash, device_id, expires_at)
            VALUES (\(core.hasher.hash(code: code.text).bytes), \(device), \(expiresAt))
            """)
        return code
    }

    func enroll(_ code: String) async throws -> Reply {
        try await post(ControlPlanePath.enroll, ["enrollment_code": .string(code)], bearer: nil)
    }
}
