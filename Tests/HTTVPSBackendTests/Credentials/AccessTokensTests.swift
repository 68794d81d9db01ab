import Foundation
import HTTVPSObservability
import Testing

@testable import HTTVPSBackend

@Suite("Access tokens")
struct AccessTokensTests {
    private let keys = KeyRing(secret: Secret(String(repeating: "k", count: 32)))
    private let moment = Date(timeIntervalSince1970: 1_800_000_000)

    @Test("Every algorithm signs what it verifies", arguments: TokenAlgorithm.allCases)
    func roundTrip(algorithm: TokenAlgorithm) async throws {
        let tokens = try await AccessTokens(audience: .device, keys: keys, algorithm: algorithm, lifetime: 900)
        let token = try await tokens.issue(subject: "dev_1", family: "fam_1", at: moment)
        let claims = try await tokens.claims(of: token, at: moment)
        #expect(claims.sub == "dev_1" && claims.fam == "fam_1" && claims.exp - claims.iat == 900)
        await #expect(throws: CredentialError.expired) {
            try await tokens.claims(of: token, at: moment.addingTimeInterval(900))
        }
    }

    @Test("A token from before a change of JWT_ALGORITHM stays good, under the algorithm of its kid alone")
    func changedAlgorithm() async throws {
        let before = try await AccessTokens(audience: .device, keys: keys, algorithm: .hs256, lifetime: 900)
        let after = try await AccessTokens(audience: .device, keys: keys, algorithm: .edDSA, lifetime: 900)
        let token = try await before.issue(subject: "dev_1", family: "fam_1", at: moment)
        #expect(try await after.claims(of: token, at: moment).sub == "dev_1")
        #expect(before.keyID.hasPrefix("device-hs256-") && after.keyID.hasPrefix("device-eddsa-"))
    }

    @Test("Another audience, key or a changed character is refused")
    func refusals() async throws {
        let device = try await AccessTokens(audience: .device, keys: keys, algorithm: .hs256, lifetime: 900)
        let admin = try await AccessTokens(audience: .admin, keys: keys, algorithm: .hs256, lifetime: 900)
        let token = try await device.issue(subject: "dev_1", family: "fam_1", at: moment)
        await #expect(throws: CredentialError.invalid) { try await admin.claims(of: token, at: moment) }
        for index in token.indices {
            var wrong = token
            wrong.replaceSubrange(index...index, with: token[index] == "A" ? "B" : "A")
            await #expect(throws: CredentialError.invalid) { try await device.claims(of: wrong, at: moment) }
        }
    }

    @Test("Unsigned and extended headers are refused")
    func headers() async throws {
        let tokens = try await AccessTokens(audience: .device, keys: keys, algorithm: .hs256, lifetime: 900)
        let body = try await tokens.issue(subject: "dev_1", family: "fam_1", at: moment).split(separator: ".")[1]
        for header in [
            #"{"alg":"none","kid":"\#(tokens.keyID)"}"#, #"{"alg":"HS256","kid":"\#(tokens.keyID)","crit":["x"]}"#,
            #"{"alg":"HS256"}"#,
        ] {
            let text = "\(Data(header.utf8).base64URL).\(body)."
            await #expect(throws: CredentialError.invalid) { try await tokens.claims(of: text, at: moment) }
            await #expect(throws: CredentialError.invalid) { try await tokens.claims(of: text + "AA", at: moment) }
        }
    }
}
