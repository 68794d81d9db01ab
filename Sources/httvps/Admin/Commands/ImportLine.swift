import Crypto
import Foundation

struct ImportLine: Equatable {
    private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0D]

    var number: Int
    var body: Data
    var key: IdempotencyKey

    static func lines(in contents: Data) throws(ExitStatus.Failure) -> [ImportLine] {
        var met: [Data: Int] = [:]
        var lines: [ImportLine] = []
        let pieces = contents.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (offset, piece) in pieces.enumerated() {
            let body = trimmed(piece)
            guard !body.isEmpty else { continue }
            do { _ = try JSON(bytes: body) } catch {
                throw ExitStatus.Failure(
                    status: .rejected, message: "line \(offset + 1): \(error.message)\n        nothing was created")
            }
            let earlier = met[body, default: 0]
            met[body] = earlier + 1
            lines.append(ImportLine(number: offset + 1, body: body, key: key(earlier, body)))
        }
        return lines
    }

    private static func trimmed(_ piece: Data) -> Data {
        let head = piece.drop { blanks.contains($0) }
        guard let last = head.lastIndex(where: { !blanks.contains($0) }) else { return Data() }
        return Data(head[...last])
    }

    private static func key(_ earlier: Int, _ body: Data) -> IdempotencyKey {
        let digest = SHA256.hash(data: Data("\(earlier):".utf8) + body)
        return IdempotencyKey(
            "import-" + digest.map { String(format: "%02x", $0) }.joined(), repeating: "send the same line again")
    }
}
