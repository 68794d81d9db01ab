package enum StreamID: Hashable, Sendable, CustomStringConvertible {
    case number(UInt32)
    case name(String)

    package static let maximumNumber: UInt32 = (1 << 30) - 1

    package var number: UInt32? { if case .number(let number) = self { number } else { nil } }

    package var description: String {
        switch self {
        case .number(let number): String(number)
        case .name(let name): name
        }
    }

    package static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }
}
