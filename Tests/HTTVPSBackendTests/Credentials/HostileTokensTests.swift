import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import Testing

@testable import HTTVPSBackend

@Suite("Hostile credentials")
struct HostileTokensTests {
    private static func prepared(_ body: @escaping @Sendable (World, String) async throws -> Void) async throws {
        try await World.run { world in
            try await world.addPlan(maxSessions: 1_000)
            try await world.addNode("oln_1")
            try await world.addUser("a")
            let token = try await world.tokens(of: "dev_a1").accessToken
            let claims = try await world.core.deviceTokens.access.claims(of: token, at: world.clock.now)
            try await body(world, try #require(claims.fam))
        }
    }

    private static func refused(
        _ token: String, _ code: String, in world: World, _ comment: Comment
    ) async throws {
        let asCaller = try await world.post(
            ControlPlanePath.validateDevice, ["device_id": "dev_a1", "token": .string(token)], bearer: token)
        #expect(asCaller.status == 401 && asCaller.text("code") == code, comment)
        #expect(asCaller.headers[.wwwAuthenticate] == "Bearer", comment)
        let asBody = try await world.validate("dev_a1", token: token)
        #expect(asBody.status == 403 && asBody.text("code") == code && asBody["allowed"] == .bool(false), comment)
    }

    @Test("a token that is signed as ours is admitted, so that the refusals below mean something")
    func control() async throws {
        try await Self.prepared { world, family in
            let token = try ForgedToken(world, family: family).text()
            #expect(try await world.validate("dev_a1", token: token).status == 200)
            let now = Int(world.clock.now.timeIntervalSince1970)
            var bounded = ForgedToken(world, family: family)
            bounded.claims["nbf"] = now
            #expect(try await world.validate("dev_a1", token: try bounded.text()).status == 200)
        }
    }

    @Test("no algorithm, another one, or one of another key is refused")
    func algorithms() async throws {
        try await Self.prepared { world, family in
            let good = ForgedToken(world, family: family)
            let signed = try good.text()
            for name in ["none", "None", "NONE", "hs256", "RS256", "ES256", ""] {
                var token = good
                token.header["alg"] = name
                let text = try token.text()
                try await Self.refused(text, "invalid_token", in: world, "alg \(name)")
                let bare = text.prefix(through: text.lastIndex(of: ".") ?? text.startIndex)
                try await Self.refused(String(bare), "invalid_token", in: world, "alg \(name) unsigned")
            }
            for (name, digest) in [("HS384", TokenAlgorithm.hs384), ("HS512", .hs512)] {
                var token = good
                token.header["alg"] = name
                token.digest = digest
                token.key = world.core.keys.active(.deviceToken).bytes(digest.keyLength)
                try await Self.refused(try token.text(), "invalid_token", in: world, "\(name) under the kid of HS256")
            }
            var confused = good
            let key = world.core.keys.active(.deviceToken).id
            confused.header["kid"] = TokenKeyID(.device, .edDSA, key: key).text
            try await Self.refused(try confused.text(), "invalid_token", in: world, "HS256 under the kid of EdDSA")
            confused.header["alg"] = "EdDSA"
            try await Self.refused(try confused.text(), "invalid_token", in: world, "HMAC in place of EdDSA")
            let parts = signed.split(separator: ".")
            try await Self.refused("\(parts[0]).\(parts[1])", "invalid_token", in: world, "two parts")
        }
    }

    @Test("a kid that is a path, a query, a number or of another audience is refused")
    func keyIDs() async throws {
        try await Self.prepared { world, family in
            let administrators = world.core.keys.active(.administratorToken)
            let odd: [any Sendable] = [
                "../../../../dev/null", "/dev/null", "device-hs256-", "device-hs256-' OR 1=1", "", 7,
                ["device-hs256"], "device-hs256-000000000000", world.core.deviceTokens.access.keyID + "\u{0}",
                world.core.deviceTokens.access.keyID.uppercased(),
                TokenKeyID(.admin, .hs256, key: administrators.id).text,
                TokenKeyID(.device, .hs256, key: administrators.id).text,
            ]
            for kid in odd {
                for key in [[], administrators.bytes(), world.core.keys.active(.deviceToken).bytes()] {
                    var token = ForgedToken(world, family: family)
                    token.header["kid"] = kid
                    token.key = key.isEmpty ? [0] : key
                    try await Self.refused(
                        try token.text(), "invalid_token", in: world, "kid \(String(describing: kid))")
                }
            }
            var without = ForgedToken(world, family: family)
            without.header["kid"] = nil
            try await Self.refused(try without.text(), "invalid_token", in: world, "no kid")
        }
    }

    @Test("claims and headers out of place are refused, late ones as token_expired")
    func claims() async throws {
        try await Self.prepared { world, family in
            let now = Int(world.clock.now.timeIntervalSince1970)
            let changes: [(String, (any Sendable)?)] = [
                ("aud", "admin"), ("aud", ["device"]), ("aud", nil), ("aud", "Device"), ("sub", nil), ("sub", ""),
                ("sub", 1), ("exp", nil), ("exp", "\(now + 900)"), ("exp", 1e300), ("nbf", now + 1), ("fam", nil),
                ("fam", "fam_other"), ("fam", family + "x"), ("jti", nil),
            ]
            for (name, value) in changes {
                var token = ForgedToken(world, family: family)
                token.claims[name] = value
                try await Self.refused(
                    try token.text(), "invalid_token", in: world, "\(name) \(String(describing: value))")
            }
            for (name, value) in [("crit", ["exp"] as any Sendable), ("crit", [String]()), ("b64", false)] {
                var token = ForgedToken(world, family: family)
                token.header[name] = value
                try await Self.refused(try token.text(), "invalid_token", in: world, "header \(name)")
            }
            for end in [now, now - 1, 0, -1] {
                var token = ForgedToken(world, family: family)
                token.claims["exp"] = end
                try await Self.refused(try token.text(), "token_expired", in: world, "exp \(end)")
            }
        }
    }

    @Test("a token cut short, made longer or with another signature is refused")
    func damaged() async throws {
        try await Self.prepared { world, family in
            let token = try ForgedToken(world, family: family).text()
            let damaged = [
                String(token.dropLast()), token + "A", token + ".", "." + token, token + "=", token + "." + token,
                String(token.dropFirst()), token.replacing(".", with: ".."), String(repeating: "A", count: 5_000),
                token.replacing(".", with: "", maxReplacements: 1), "..", ".", "a.b.c",
            ]
            for text in damaged { try await Self.refused(text, "invalid_token", in: world, "\(text)") }
            var foreign = ForgedToken(world, family: family)
            foreign.key = world.core.keys.active(.administratorToken).bytes()
            try await Self.refused(try foreign.text(), "invalid_token", in: world, "the administrators' key")
        }
    }

    @Test("an opaque token with a wrong checksum, length, prefix or use is invalid_token")
    func opaque() async throws {
        try await Self.prepared { world, _ in
            let good = try await world.operatorToken()
            let path = "/api/v1/admin/plans"
            #expect(try await world.send(.get, path, bearer: good).status == 200)
            let last = good.last == "0" ? "1" : "0"
            let wrong = [
                String(good.dropLast()) + last, String(good.dropLast()), good + "0",
                good.replacing("hva_", with: "hvg_"),
                good.replacing("hva_", with: "HVA_"), "hva_", OpaqueToken(.apiToken).text, OpaqueToken(.refresh).text,
                try await world.tokens(of: "dev_a1").refreshToken,
            ]
            for text in wrong {
                let reply = try await world.send(.get, path, bearer: text)
                #expect(reply.status == 401 && reply.text("code") == "invalid_token", "\(text)")
            }
        }
    }

    @Test("a broken Authorization header is never treated as absent")
    func headers() async throws {
        try await Self.prepared { world, family in
            let token = try ForgedToken(world, family: family).text()
            let body: JSONValue = ["device_id": "dev_a1", "token": .string(token)]
            let cases: [([String], String)] = [
                (["Basic YTpi"], "unauthenticated"), (["Token \(token)"], "unauthenticated"),
                ([token], "unauthenticated"), (["Bearer"], "invalid_token"), (["Bearer "], "invalid_token"),
                (["Bearer  \(token)"], "invalid_token"), (["Bearer \(token) \(token)"], "invalid_token"),
                (["Bearer \(token)", "Bearer \(token)"], "unauthenticated"), (["Bearer \(token),"], "invalid_token"),
            ]
            for (values, code) in cases {
                let reply = try await world.send(.post, ControlPlanePath.validateDevice, body, authorization: values)
                #expect(reply.status == 401 && reply.text("code") == code, "\(values)")
                #expect(reply.headers[.wwwAuthenticate] == "Bearer")
            }
            for scheme in ["bearer", "BEARER"] {
                let reply = try await world.send(
                    .post, ControlPlanePath.validateDevice, body, authorization: ["\(scheme) \(token)"])
                #expect(reply.status == 200)
            }
            #expect(try await world.send(.post, ControlPlanePath.validateDevice, body).status == 200)
        }
    }

    @Test("a token of a device that is blocked, deleted or of a blocked user is no credential")
    func owners() async throws {
        try await Self.prepared { world, family in
            let token = try ForgedToken(world, family: family).text()
            for change in [
                "devices SET status = 'blocked'", "devices SET deleted_at = now()", "users SET status = 'blocked'",
                "users SET deleted_at = now()", "refresh_families SET revoked_at = now()",
            ] {
                try await world.pool.execute("UPDATE devices SET status = 'active', deleted_at = NULL")
                try await world.pool.execute("UPDATE users SET status = 'active', deleted_at = NULL")
                try await world.pool.execute("UPDATE \(unsafe: change)")
                let reply = try await world.send(.get, "/api/v1/admin/plans", bearer: token)
                #expect(reply.status == 401 && reply.text("code") == "invalid_token", "\(change)")
            }
        }
    }
}
