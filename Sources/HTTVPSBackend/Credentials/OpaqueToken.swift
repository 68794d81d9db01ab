import Foundation
import HTTVPSSodium

package struct OpaqueToken: Equatable, Sendable {
    package enum Kind: String, CaseIterable, Sendable {
        case gateway = "hvg_"
        case node = "hvo_"
        case apiToken = "hva_"
        case refresh = "hvr_"
    }

    private static let secretLength = 43
    private static let digits = Array("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz".utf8)

    package let kind: Kind
    package let text: String

    package init(_ kind: Kind, secret: [UInt8] = SecureRandom.bytes(32)) {
        self.kind = kind
        let body = kind.rawValue + Data(secret).base64URL
        text = body + Self.checksum(of: body)
    }

    package init?(_ text: String) {
        guard let kind = Kind.allCases.first(where: { text.hasPrefix($0.rawValue) }),
            text.utf8.count == kind.rawValue.utf8.count + Self.secretLength + 6
        else { return nil }
        let body = String(text.dropLast(6))
        guard text == body + Self.checksum(of: body),
            Data(base64URL: String(body.dropFirst(kind.rawValue.count)))?.count == 32
        else { return nil }
        self.kind = kind
        self.text = text
    }

    static func checksum(of body: String) -> String {
        var rest = CRC32.checksum(body.utf8)
        var reversed: [UInt8] = []
        for _ in 0..<6 {
            reversed.append(digits[Int(rest % 62)])
            rest /= 62
        }
        return String(decoding: reversed.reversed(), as: UTF8.self)
    }
}
