import Foundation

struct IdempotencyKey: Equatable, Sendable {
    static let rule = "An Idempotency-Key has 1 to 255 visible ASCII characters."

    var text: String
    var repeating: String

    init(_ text: String) {
        self.text = text
        repeating = "add --idempotency-key=\(ShellWord.quoted(text))"
    }

    init(_ text: String, repeating: String) {
        self.text = text
        self.repeating = repeating
    }

    static var random: IdempotencyKey { IdempotencyKey(UUID().uuidString.lowercased()) }

    var header: (String, String) { ("Idempotency-Key", text) }

    static func isAllowed(_ text: String) -> Bool {
        (1...255).contains(text.utf8.count) && text.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    var advice: String { "it may have been done; to ask again without doing it twice, within a day: \(repeating)" }

    func done(_ failure: ExitStatus.Failure) -> ExitStatus.Failure {
        failure.adding("it was done; to see the answer again, within a day: \(repeating)")
    }
}
