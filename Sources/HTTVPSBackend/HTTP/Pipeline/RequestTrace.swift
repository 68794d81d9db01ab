import HTTPTypes

struct RequestTrace: Equatable, Sendable {
    var requestID: String
    var traceparent: String

    var traceID: String { String(traceparent.dropFirst(3).prefix(32)) }

    init(_ headers: HTTPFields) {
        requestID = Self.given(headers.values(.requestID), where: Self.isRequestID) ?? "req_\(Self.hex(128))"
        traceparent =
            Self.given(headers.values(.traceparent), where: Self.isTraceparent)
            ?? "00-\(Self.hex(128))-\(Self.hex(64))-01"
    }

    private static func given(_ values: [String], where isValid: (String) -> Bool) -> String? {
        values.count == 1 ? values.first(where: isValid) : nil
    }

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

    private static func isTraceparent(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 4, parts[0] == "00", zip(parts, [2, 32, 16, 2]).allSatisfy({ $0.utf8.count == $1 }) else {
            return false
        }
        return parts.allSatisfy { $0.utf8.allSatisfy(isLowerHex) }
            && !parts[1].allSatisfy { $0 == "0" } && !parts[2].allSatisfy { $0 == "0" }
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
