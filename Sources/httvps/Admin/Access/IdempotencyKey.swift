import Foundation

struct IdempotencyKey: Equatable, Sendable {
    var text: String

    static var random: IdempotencyKey { IdempotencyKey(text: UUID().uuidString.lowercased()) }
}
