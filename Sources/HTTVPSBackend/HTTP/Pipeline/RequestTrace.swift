import HTTPTypes

struct RequestTrace: Equatable, Sendable {
    var requestID: String
    var traceparent: String
    let isContinued: Bool

    var traceID: String { String(traceparent.dropFirst(3).prefix(32)) }

    init(_ headers: HTTPFields) {
        requestID =
            Self.only(headers.values(.requestID)).flatMap { Self.isRequestID($0) ? $0 : nil } ?? "req_\(Self.hex(128))"
        let given = Self.only(headers.values(.traceparent)).flatMap(Self.parent)
        isContinued = given != nil
        traceparent =
            given
            ?? "00-\(Self.hex(128))-\(Self.hex(64))-01"
    }

    private static func only(_ values: [String]) -> String? { values.count == 1 ? values.first : nil }

    private static func isRequestID(_ text: String) -> Bool {
        (1...128).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "a")...UInt8(ascii: "z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: ":"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    private static func parent(_ text: String) -> String? {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let version = parts.first, version != "ff", version == "00" ? parts.count == 4 : parts.count >= 4 else {
            return nil
        }
        let known = parts.prefix(4)
        guard zip(known, [2, 32, 16, 2]).allSatisfy({ $0.utf8.count == $1 }),
            known.allSatisfy({ $0.utf8.allSatisfy(isLowerHex) }),
            !parts[1].allSatisfy({ $0 == "0" }), !parts[2].allSatisfy({ $0 == "0" })
        else { return nil }
        return version == "00" ? text : "00-\(parts[1])-\(parts[2])-01"
    }

    private static func isLowerHex(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte)
    }

    private static func hex(_ bits: Int) -> String {
        (0..<bits / 64).map { _ in
            let digits = String(UInt64.random(in: 1...UInt64.max), radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }.joined()
    }
}
