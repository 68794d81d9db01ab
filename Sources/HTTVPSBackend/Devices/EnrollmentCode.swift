import Foundation
import HTTVPSSodium

struct EnrollmentCode: Equatable, Sendable {
    static let lifetime: TimeInterval = 24 * 3_600

    private static let letters = Array("0123456789ABCDEFGHJKMNPQRSTVWXYZ".utf8)
    private static let length = 20

    let text: String

    init(random: [UInt8] = SecureRandom.bytes(EnrollmentCode.length)) {
        let digits = random.map { Self.letters[Int($0 % 32)] }
        text = stride(from: 0, to: digits.count, by: 5)
            .map { String(decoding: digits[$0..<min($0 + 5, digits.count)], as: UTF8.self) }
            .joined(separator: "-")
    }
}
