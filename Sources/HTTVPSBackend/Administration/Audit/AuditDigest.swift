import Crypto
import Foundation

struct AuditDigest {
    private var hash = SHA256()

    init(_ domain: String) { add(domain) }

    var bytes: [UInt8] { Array(hash.finalize()) }

    mutating func add(_ text: String?) {
        guard let text else { return hash.update(data: [0]) }
        hash.update(data: [1])
        add(Array(text.utf8))
    }

    mutating func add(_ bytes: [UInt8]) {
        add(Int64(bytes.count))
        hash.update(data: bytes)
    }

    mutating func add(_ number: Int64) {
        withUnsafeBytes(of: number.bigEndian) { hash.update(bufferPointer: $0) }
    }
}

extension Date {
    var microseconds: Int64 {
        Int64((timeIntervalSinceReferenceDate * 1_000_000).rounded()) + 978_307_200_000_000
    }

    init(microseconds: Int64) {
        self.init(timeIntervalSinceReferenceDate: Double(microseconds - 978_307_200_000_000) / 1_000_000)
    }
}

extension JSONValue {
    var canonicalText: String { JSONWriter.text(of: sorted) }

    private var sorted: JSONValue {
        switch self {
        case .array(let items): .array(items.map(\.sorted))
        case .object(let object):
            .object(
                JSONObject(
                    object.members.sorted { $0.name.utf8.lexicographicallyPrecedes($1.name.utf8) }
                        .map { ($0.name, $0.value.sorted) }))
        case .null, .bool, .number, .string: self
        }
    }
}
