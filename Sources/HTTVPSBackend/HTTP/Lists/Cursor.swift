import Crypto
import Foundation
import HTTVPSSodium

struct Cursor: Equatable, Sendable {
    var createdAt: Date
    var id: String
}

struct CursorCodec: Sendable {
    private static let tagLength = 16

    private let key: SymmetricKey

    init(key: SymmetricKey) { self.key = key }

    func text(_ cursor: Cursor, boundTo binding: [String]) -> String {
        let micros = Int64((cursor.createdAt.timeIntervalSince1970 * 1_000_000).rounded())
        let body = Array("\(micros) \(cursor.id)".utf8)
        return Data(tag(body, binding) + body).base64URL
    }

    func cursor(_ text: String, boundTo binding: [String]) throws(ProblemError) -> Cursor {
        guard let bytes = Data(base64URL: text), bytes.count > Self.tagLength else { throw Self.invalid }
        let body = Array(bytes.dropFirst(Self.tagLength))
        guard ConstantTime.areEqual(Array(bytes.prefix(Self.tagLength)), tag(body, binding)) else { throw Self.invalid }
        let parts = String(decoding: body, as: UTF8.self).split(separator: " ", maxSplits: 1)
        guard parts.count == 2, let micros = Int64(parts[0]) else { throw Self.invalid }
        return Cursor(createdAt: Date(timeIntervalSince1970: Double(micros) / 1_000_000), id: String(parts[1]))
    }

    private static let invalid = ProblemError(.invalidCursor, "The cursor does not belong to this list.")

    private func tag(_ body: [UInt8], _ binding: [String]) -> [UInt8] {
        var mac = HMAC<SHA256>(key: key)
        for part in binding + [String(decoding: body, as: UTF8.self)] {
            mac.update(data: Data("\(part.utf8.count):\(part)".utf8))
        }
        return Array(mac.finalize().prefix(Self.tagLength))
    }
}
