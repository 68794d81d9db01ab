import Logging

struct JSONLine {
    private(set) var bytes: [UInt8] = []

    init() { bytes.reserveCapacity(512) }

    mutating func byte(_ scalar: Unicode.Scalar) { bytes.append(UInt8(ascii: scalar)) }

    mutating func time(_ time: Timestamp) {
        byte("\"")
        time.append(to: &bytes)
        byte("\"")
    }

    mutating func key(_ name: String) {
        if bytes.last != UInt8(ascii: "{") { byte(",") }
        string(name)
        byte(":")
    }

    mutating func string(_ text: String) {
        byte("\"")
        for unit in text.utf8 { append(escaping: unit) }
        byte("\"")
    }

    mutating func value(_ value: Logger.MetadataValue) {
        switch value {
        case .string(let text): string(text)
        case .stringConvertible(let some): convertible(some)
        case .array(let items):
            byte("[")
            for (index, item) in items.enumerated() {
                if index > 0 { byte(",") }
                self.value(item)
            }
            byte("]")
        case .dictionary(let members):
            byte("{")
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                key(name)
                self.value(member)
            }
            byte("}")
        }
    }

    private mutating func convertible(_ some: any CustomStringConvertible) {
        switch some {
        case let number as any BinaryInteger: bytes.append(contentsOf: String(describing: number).utf8)
        case let flag as Bool: bytes.append(contentsOf: (flag ? "true" : "false").utf8)
        case let number as Double where number.isFinite: bytes.append(contentsOf: number.description.utf8)
        default: string(some.description)
        }
    }

    private mutating func append(escaping unit: UInt8) {
        switch unit {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"):
            byte("\\")
            bytes.append(unit)
        case 0x0A: bytes.append(contentsOf: "\\n".utf8)
        case 0x0D: bytes.append(contentsOf: "\\r".utf8)
        case 0x09: bytes.append(contentsOf: "\\t".utf8)
        case 0..<0x20, 0x7F:
            bytes.append(contentsOf: "\\u00".utf8)
            bytes.append(Self.hexDigit(unit >> 4))
            bytes.append(Self.hexDigit(unit & 15))
        default: bytes.append(unit)
        }
    }

    private static func hexDigit(_ nibble: UInt8) -> UInt8 {
        nibble < 10 ? UInt8(ascii: "0") + nibble : UInt8(ascii: "a") + nibble - 10
    }
}
