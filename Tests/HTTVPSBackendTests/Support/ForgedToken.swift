import Crypto
import Foundation

@testable import HTTVPSBackend

struct ForgedToken {
    var header: [String: any Sendable]
    var claims: [String: any Sendable]
    var key: [UInt8]
    var digest = TokenAlgorithm.hs256

    init(_ world: World, family: String) {
        let now = Int(world.clock.now.timeIntervalSince1970)
        header = ["alg": "HS256", "typ": "JWT", "kid": world.core.deviceTokens.access.keyID]
        claims = [
            "sub": "dev_a1", "aud": "device", "iat": now, "exp": now + 900, "jti": "1", "fam": family,
        ]
        key = world.core.keys.active(.deviceToken).bytes()
    }

    func text() throws -> String {
        let signed = try Self.part(header) + "." + Self.part(claims)
        return signed + "." + Data(signature(of: Data(signed.utf8))).base64URL
    }

    private func signature(of data: Data) -> [UInt8] {
        let key = SymmetricKey(data: key)
        return switch digest {
        case .hs384: Array(HMAC<SHA384>.authenticationCode(for: data, using: key))
        case .hs512: Array(HMAC<SHA512>.authenticationCode(for: data, using: key))
        default: Array(HMAC<SHA256>.authenticationCode(for: data, using: key))
        }
    }

    private static func part(_ members: [String: any Sendable]) throws -> String {
        try JSONSerialization.data(withJSONObject: members).base64URL
    }
}
