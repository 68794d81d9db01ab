import Foundation
import Logging
import Synchronization

@testable import HTTVPSBackend

final class SecretWatch: Sendable {
    private struct State {
        var secrets: Set<String> = []
        var routes: Set<String> = []
        var texts: [(place: String, text: String)] = []
    }

    static let names: Set<String> = [
        "token", "access_token", "refresh_token", "enrollment_code", "password", "access_url", "management_url",
    ]

    private let state = Mutex(State())

    var secrets: Set<String> { state.withLock { $0.secrets } }
    var routes: Set<String> { state.withLock { $0.routes } }

    func visited(_ route: String) { state.withLock { _ = $0.routes.insert(route) } }

    func note(_ secret: String) { state.withLock { _ = $0.secrets.insert(secret) } }

    func learn(from json: JSONValue) {
        switch json {
        case .object(let object):
            for member in object.members {
                if let text = member.value.text, Self.isSecret(member.name, text) { note(text) }
                learn(from: member.value)
            }
        case .array(let items): items.forEach(learn)
        case .null, .bool, .number, .string: break
        }
    }

    func keep(_ text: String, from place: String) { state.withLock { $0.texts.append((place, text)) } }

    var leaks: [String] {
        let (secrets, texts) = state.withLock { ($0.secrets, $0.texts) }
        return texts.flatMap { place, text in
            secrets.filter { Self.forms(of: $0).contains { text.contains($0) } }.map { "\(place): \($0)" }
        }
    }

    private static func isSecret(_ name: String, _ text: String) -> Bool {
        text.utf8.count >= 8 && text != "***"
            && (names.contains(name) || text.wholeMatch(of: /hv[a-z]_[A-Za-z0-9_-]{40,}|eyJ[A-Za-z0-9_.-]{40,}/) != nil)
    }

    private static func forms(of secret: String) -> [String] {
        let bytes = Array(secret.utf8)
        return [secret, bytes.hex, Data(bytes).base64EncodedString(), Data(bytes).base64URL]
    }
}

struct WatchedLog: LogHandler {
    let watch: SecretWatch
    var metadata: Logger.Metadata = [:]
    var logLevel = Logger.Level.trace

    subscript(metadataKey key: String) -> Logger.Metadata.Value? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        watch.keep("\(event.message) \(metadata) \(event.metadata ?? [:])", from: "log")
    }
}
