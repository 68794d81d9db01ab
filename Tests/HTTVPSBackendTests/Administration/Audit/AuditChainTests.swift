import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSTestSupport
import Testing

@testable import HTTVPSBackend

@Suite("The chain of the audit log")
struct AuditChainTests {
    static let secret = Secret("a secret of at least thirty-two characters")

    @Test("fits when nobody touched it, sealed or not, in the database and in an export")
    func untouched() async throws {
        try await AdminFixture.run { api in
            try await write(3, api)
            #expect(try await seal(api) == 1)
            try await write(2, api)
            #expect(try await seal(api) == 1)
            try await write(1, api)
            let report = try await verify(api)
            #expect(report.sealedEvents == 5)
            #expect(report.unsealedEvents == 1)
            #expect(report.blocks == 2)
            let file = try await export(api)
            #expect(try verify(file) == report)
            #expect(try verify(file, secret: nil) == report)
            #expect(try await verify(api, hash: report.head) == report)
            await #expect(throws: AuditFault.self) { try await verify(api, hash: String(repeating: "0", count: 64)) }
        }
    }

    @Test("names the event when its row is changed behind the backend", arguments: Tampering.all)
    func tampered(_ tampering: Tampering) async throws {
        try await AdminFixture.run { api in
            let ids = try await writeThreeBlocks(api)
            let before = try await export(api)
            try await api.asSuperuser(tampering.sql(ids))
            let fault = await #expect(throws: AuditFault.self) { try await verify(api) }
            #expect(fault?.eventID == tampering.named(ids))
            #expect(try verify(before).sealedEvents == 6)
            guard tampering.isSeenInExport else { return }
            let after = try await export(api)
            let exported = #expect(throws: AuditFault.self) { try verify(after) }
            #expect(exported?.eventID == tampering.named(ids))
        }
    }

    @Test("seals events whose transactions end in another order than they began")
    func outOfOrder() async throws {
        try await AdminFixture.run { api in
            let log = AuditLog(keys: KeyRing(secret: Self.secret))
            let (late, early) = (event("late"), event("early"))
            try await api.pool.transaction { slow in
                try await log.write(late, from: origin, on: slow)
                try await api.pool.transaction { try await log.write(early, from: origin, on: $0) }
                #expect(try await seal(api) == 1)
                #expect(try await verify(api).sealedEvents == 1)
            }
            #expect(try await verify(api).unsealedEvents == 1)
            #expect(try await seal(api) == 1)
            let report = try await verify(api)
            #expect(report.sealedEvents == 2)
            #expect(report.blocks == 2)
        }
    }

    @Test("takes events from before the chain in as many blocks as they fill, and none behind them")
    func oldEvents() async throws {
        try await AdminFixture.run { api in
            for _ in 0..<2 {
                try await write(2, api)
                try await api.asSuperuser(#"UPDATE audit_events SET key_id = '', mac = '\x00'"#)
                #expect(try await seal(api) == 1)
            }
            try await write(1, api)
            #expect(try await seal(api) == 1)
            #expect(try await verify(api).sealedEvents == 5)
            #expect(try verify(try await export(api)).sealedEvents == 5)
            try await api.asSuperuser(
                #"INSERT INTO audit_events (id, actor_kind, action, object_kind, mac) "#
                    + #"VALUES ('aud_forged', 'cli', 'x', 'user', '\x00')"#)
            let fault = await #expect(throws: AuditFault.self) { try await verify(api) }
            #expect(fault?.eventID == "aud_forged")
            #expect(try await seal(api) == 1)
            let sealed = await #expect(throws: AuditFault.self) { try await verify(api) }
            #expect(sealed?.eventID == "aud_forged")
        }
    }

    @Test("has one order when many write and several seal at once")
    func crowd() async throws {
        try await AdminFixture.run { api in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<40 {
                    group.addTask { _ = try await api.user("crowd\(number)@example.org") }
                }
                for _ in 0..<4 {
                    group.addTask { for _ in 0..<10 { _ = try await seal(api) } }
                }
                try await group.waitForAll()
            }
            _ = try await seal(api)
            let report = try await verify(api)
            #expect(report.sealedEvents == 40)
            #expect(report.unsealedEvents == 0)
        }
    }

    @Test("tells a cut, a swap and an edit in an exported file", arguments: FileTampering.allCases)
    func exported(_ tampering: FileTampering) async throws {
        try await AdminFixture.run { api in
            let ids = try await writeThreeBlocks(api)
            let lines = try await exportedLines(api)
            let file = try Self.file(tampering.apply(lines))
            let fault = #expect(throws: AuditFault.self) { try verify(file) }
            #expect(fault?.eventID == tampering.named(ids))
        }
    }

    @Test("is written by the backend's key alone")
    func otherKey() async throws {
        try await AdminFixture.run { api in
            let ids = try await writeThreeBlocks(api)
            let other = Secret("another secret of thirty-two characters")
            let fault = await #expect(throws: AuditFault.self) {
                try await AuditInspection(pool: api.pool, secret: other).verify()
            }
            #expect(fault?.eventID == ids[0])
        }
    }
}

extension AuditChainTests {
    private var origin: AuditOrigin { AuditOrigin(commandLineAt: Date()) }

    private func event(_ name: String) -> AuditEvent {
        AuditEvent(
            action: .update(.user), objectKind: .user, objectID: name, before: JSONObject([("name", .null)]),
            after: JSONObject([("name", .string("Zoë \"\n\u{1F600}")), ("count", .integer(9_007_199_254_740_991))]))
    }

    private func write(_ count: Int, _ api: AdminFixture) async throws {
        for _ in 0..<count { _ = try await api.user("\(UUID().uuidString)@example.org") }
    }

    private func writeThreeBlocks(_ api: AdminFixture) async throws -> [String] {
        for _ in 0..<3 {
            try await write(2, api)
            #expect(try await seal(api) == 1)
        }
        try await write(2, api)
        return try await api.pool.query("SELECT id FROM audit_events ORDER BY position").map { try $0.decode("id") }
    }

    private func seal(_ api: AdminFixture) async throws -> Int {
        let signature = AuditSignature(keys: KeyRing(secret: Self.secret))
        return try await AuditSealing(pool: api.pool, signature: signature).sealAll(at: Date()).count
    }

    private func verify(_ api: AdminFixture, hash: String? = nil) async throws -> AuditInspection.Report {
        try await AuditInspection(pool: api.pool, secret: Self.secret).verify(
            wantedHash: hash.flatMap(AuditInspection.bytes(ofHash:)))
    }

    private func verify(_ file: String, secret: Secret? = AuditChainTests.secret) throws -> AuditInspection.Report {
        try AuditFile(path: file, secret: secret).verify()
    }

    private func exportedLines(_ api: AdminFixture) async throws -> [String] {
        let lines = ExportedLines()
        try await AuditInspection(pool: api.pool, secret: Self.secret).export { lines.add($0) }
        return lines.all
    }

    private func export(_ api: AdminFixture) async throws -> String { try Self.file(try await exportedLines(api)) }

    private static func file(_ lines: [String]) throws -> String {
        let path = NSTemporaryDirectory() + "/audit-\(UUID().uuidString).jsonl"
        try Data((lines.joined(separator: "\n") + "\n").utf8).write(to: URL(fileURLWithPath: path))
        return path
    }
}
