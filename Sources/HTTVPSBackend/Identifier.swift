import Foundation

enum Identifier {
    enum Kind: String, CaseIterable, Sendable {
        case user = "usr_"
        case device = "dev_"
        case plan = "pln_"
        case subscription = "sub_"
        case outlineNode = "oln_"
        case gatewayNode = "gwy_"
        case session = "ses_"
        case administrator = "adm_"
        case apiToken = "tok_"
        case auditEvent = "aud_"
        case refreshFamily = "fam_"
    }

    static func make(_ kind: Kind, at moment: Date = Date()) -> String {
        var bytes = (0..<16).map { _ in UInt8.random(in: .min ... .max) }
        let milliseconds = UInt64(max(0, moment.timeIntervalSince1970 * 1_000))
        for index in 0..<6 { bytes[index] = UInt8(truncatingIfNeeded: milliseconds >> UInt64(40 - 8 * index)) }
        bytes[6] = bytes[6] & 0x0F | 0x70
        bytes[8] = bytes[8] & 0x3F | 0x80
        return kind.rawValue + text(bytes)
    }

    private static func text(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        var text: [UInt8] = []
        text.reserveCapacity(36)
        for (index, byte) in bytes.enumerated() {
            if [4, 6, 8, 10].contains(index) { text.append(UInt8(ascii: "-")) }
            text.append(digits[Int(byte >> 4)])
            text.append(digits[Int(byte & 0x0F)])
        }
        return String(decoding: text, as: UTF8.self)
    }
}
