import Foundation
import HTTVPSPostgres
import HTTVPSProtocol

@testable import HTTVPSBackend

struct Credentials: Sendable {
    var good: [(ContractRoles.Caller, String?)] = []
    let node: String
    let deviceToken: String

    init(_ world: World) async throws {
        let agent = OpaqueToken(.node)
        node = agent.text
        try await world.addPlan()
        try await world.addNode("oln_1", token: agent)
        try await world.addUser("a")
        try await world.addUser("b")
        deviceToken = try await world.tokens(of: "dev_a1").accessToken
        good = [(.device, deviceToken), (.gateway, world.gateway.text), (.node, node), (.none, nil)]
        for (caller, role) in [(ContractRoles.Caller.admin, Role.admin), (.support, .support), (.readOnly, .readOnly)] {
            good.append((caller, try await Self.apiToken(role, world)))
            good.append((caller, try await Self.signedIn(role, world)))
        }
    }

    func bad(_ world: World) async throws -> [(name: String, header: String, code: String)] {
        let now = world.clock.now
        func bearer(_ text: String) -> String { "Bearer \(text)" }
        var bad: [(name: String, header: String, code: String)] = [
            ("not Bearer", "Basic YTpi", "unauthenticated"), ("empty", "Bearer ", "invalid_token"),
            ("no token", "Bearer nonsense", "invalid_token"), ("two words", "Bearer a b", "invalid_token"),
            ("unknown gateway", bearer(OpaqueToken(.gateway).text), "invalid_token"),
            ("unknown node", bearer(OpaqueToken(.node).text), "invalid_token"),
            ("unknown operator", bearer(OpaqueToken(.apiToken).text), "invalid_token"),
            ("a refresh token", bearer(try await world.tokens(of: "dev_a1").refreshToken), "invalid_token"),
        ]
        let (late, gone) = (try await Self.apiToken(.admin, world), try await Self.apiToken(.admin, world))
        try await world.change("UPDATE api_tokens SET expires_at = \(now) WHERE", late)
        try await world.change("UPDATE api_tokens SET deleted_at = \(now) WHERE", gone)
        bad += [("expired", bearer(late), "token_expired"), ("revoked", bearer(gone), "invalid_token")]
        for change in ["status = 'blocked'", "deleted_at = now()"] {
            let id = try await Self.administrator(.admin, world)
            let token = try await world.administratorToken(of: id)
            try await world.pool.execute("UPDATE administrators SET \(unsafe: change) WHERE id = \(id)")
            bad.append(("administrator \(change)", bearer(token), "invalid_token"))
        }
        for (name, table) in [("a", "users"), ("b", "devices")] {
            for (number, change) in ["status = 'blocked'", "deleted_at = now()"].enumerated() {
                let user = "bad\(name)\(number)"
                try await world.addUser(user)
                let token = try await world.tokens(of: "dev_\(user)1").accessToken
                let id = table == "users" ? "usr_\(user)" : "dev_\(user)1"
                try await world.pool.execute("UPDATE \(unsafe: table) SET \(unsafe: change) WHERE id = \(id)")
                bad.append(("\(table) \(change)", bearer(token), "invalid_token"))
            }
        }
        let removed = OpaqueToken(.gateway)
        try await world.addGateway("gwy_removed", token: removed)
        try await world.pool.execute("UPDATE gateway_nodes SET deleted_at = now() WHERE id = 'gwy_removed'")
        bad.append(("a deleted gateway", bearer(removed.text), "invalid_token"))
        return bad
    }

    private static func apiToken(_ role: Role, _ world: World) async throws -> String {
        let token = OpaqueToken(.apiToken)
        let now = world.clock.now
        try await world.pool.execute(
            """
            INSERT INTO api_tokens (id, name, role, token_hash, expires_at)
            VALUES (\(Identifier.make(.apiToken, at: now)), \(role), \(role), \(world.core.hasher.hash(token).bytes),
                \(now.addingTimeInterval(86_400)))
            """)
        return token.text
    }

    private static func signedIn(_ role: Role, _ world: World) async throws -> String {
        try await world.administratorToken(of: try await administrator(role, world))
    }

    private static func administrator(_ role: Role, _ world: World) async throws -> String {
        let id = Identifier.make(.administrator, at: world.clock.now)
        try await world.pool.execute(
            """
            INSERT INTO administrators (id, email, role, password_hash)
            VALUES (\(id), \("\(id)@example.org"), \(role), 'none')
            """)
        return id
    }
}

extension World {
    func administratorToken(of id: String) async throws -> String {
        let generation = try await number("SELECT sign_in_generation AS n FROM administrators WHERE id = \(id)")
        return try await core.administratorTokens.issue(
            subject: id, family: String(generation), at: clock.now)
    }

    fileprivate func change(_ statement: SQLQuery, _ token: String) async throws {
        guard let token = OpaqueToken(token) else { return }
        try await pool.execute("\(statement) token_hash = \(core.hasher.hash(token).bytes)")
    }
}
