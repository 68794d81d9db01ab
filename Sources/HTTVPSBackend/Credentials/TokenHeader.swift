import Foundation

struct TokenHeader: Decodable {
    let alg: String
    let kid: String
    let hasExtensions: Bool

    private enum CodingKeys: String, CodingKey {
        case alg, kid, crit, b64
    }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        alg = try container.decode(String.self, forKey: .alg)
        kid = try container.decode(String.self, forKey: .kid)
        hasExtensions = container.contains(.crit) || container.contains(.b64)
    }

    init?(token: String) {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && Data(base64URL: String($0)) != nil }),
            let bytes = Data(base64URL: String(parts[0])),
            let header = try? JSONDecoder().decode(TokenHeader.self, from: bytes)
        else { return nil }
        self = header
    }
}
