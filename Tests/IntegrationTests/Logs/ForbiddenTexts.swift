import Foundation
import Synchronization

final class ForbiddenTexts: Sendable {
    private let texts = Mutex<[String: String]>([:])

    func forbid(_ text: String, as name: String) {
        guard text.utf8.count >= 6 else { return }
        texts.withLock { $0[text] = name }
    }

    func forbid(everySecretOf members: [String: Any]) {
        for name in ["access_token", "refresh_token", "enrollment_code", "token", "password"] {
            if let text = members[name] as? String { forbid(text, as: name) }
        }
    }

    var count: Int { texts.withLock { $0.count } }

    func found(in line: String) -> [String] {
        texts.withLock { texts in
            texts.flatMap { text, name in Self.forms(of: text).filter(line.contains).map { _ in "\(name): \(line)" } }
        }
    }

    private static func forms(of text: String) -> Set<String> {
        let data = Data(text.utf8)
        let base64 = data.base64EncodedString().trimmingCharacters(in: ["="])
        let url = base64.replacingOccurrences(of: "+", with: "-").replacingOccurrences(of: "/", with: "_")
        return [text, data.map { String(format: "%02x", $0) }.joined(), base64, url]
    }
}
