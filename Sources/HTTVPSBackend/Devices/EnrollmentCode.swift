import Foundation
import HTTVPSSodium

struct EnrollmentCode: Equatable, Sendable {
    static let lifetime: TimeInterval = 24 * 3_600

    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let separators = Array("- ".utf8)
    private static let length = 20

    let text: String

    init(random: [UInt8] = SecureRandom.bytes(EnrollmentCode.length)) {
        self.init(digits: random.map { Self.letters[Int($0 % 32)] })
    }

    init?(typed text: String) {
        let digits = text.utf8.filter { !Self.separators.contains($0) }.map(Self.meant)
        guard digits.count == Self.length, digits.allSatisfy(Self.letters.contains) else { return nil }
        self.init(digits: digits)
    }

    private init(digits: [UInt8]) {
        text = stride(from: 0, to: digits.count, by: 5)
            .map { String(decoding: digits[$0..<min($0 + 5, digits.count)], as: UTF8.self) }
            .joined(separator: "-")
    }

    private static func meant(_ letter: UInt8) -> UInt8 {
        switch letter {
        case UInt8(ascii: "o"), UInt8(ascii: "O"): UInt8(ascii: "0")
        case UInt8(ascii: "i"), UInt8(ascii: "I"), UInt8(ascii: "l"), UInt8(ascii: "L"): UInt8(ascii: "1")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): letter - 32
        default: letter
        }
    }
}
