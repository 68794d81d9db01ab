import Foundation

struct SubscriptionSpan: Equatable, Sendable {
    var userID: String
    var subscriptionID: String?
    var startsAt: Date
    var endsAt: Date?

    func hasEnded(by now: Date) -> Bool { endsAt.map { $0 <= now } ?? false }
}
