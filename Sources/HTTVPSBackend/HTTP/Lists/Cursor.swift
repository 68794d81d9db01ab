import Crypto
import Foundation
import HTTVPSSodium

struct Cursor: Equatable, Sendable {
    var createdAt: Date
    var id: String
}

struct CursorCodec: Sendable {
    private static let tagLength = 16

    private let keys: KeyRing

    init(keys: KeyRing) { self.keys = keys }

    func text(_ cursor: Cursor, boundTo binding: [String]) -> String {
        let micros = Int64((cursor.createdAt.timeIntervalSince1970 * 1_000_000).rounded())
        let body = Array("\(micros) \(cursor.id)".utf8)
        return Data(tag(body, binding, keys.active(.cursor)) + body).base64URL
    }

    func cursor(_ text: String, boundTo binding: [String]) throws(ProblemError) -> Cursor {
        guard let bytes = Data(base64URL: text), bytes.count > Self.tagLength else { throw Self.invalid }
        let body = Array(bytes.dropFirst(Self.tagLength))
        let given = Array(bytes.prefix(Self.tagLength))
        guard keys.usable(.cursor).contains(where: { ConstantTime.areEqual(given, tag(body, binding, $0)) }) else {
            throw Self.invalid
        }
        let parts = String(decoding: body, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let micros = Int64(parts[0]) else { throw Self.invalid }
        return Cursor(createdAt: Date(timeIntervalSince1970: Double(micros) / 1_000_000), id: String(parts[1]))
    }

    private static let invalid = ProblemError(.invalidCursor, "The cursor does not belong to this list.")

    private func tag(_ body: [UInt8], _ binding: [String], _ key: BackendKey) -> [UInt8] {
        var mac = HMAC<SHA256>(key: key.symmetric)
        for part in binding + [String(decoding: body, as: UTF8.self)] {
            mac.update(data: Data("\(part.utf8.count):\(part)".utf8))
        }
        return Array(mac.finalize().prefix(Self.tagLength))
    }
}
