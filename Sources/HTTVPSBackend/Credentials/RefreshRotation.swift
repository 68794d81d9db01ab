import Foundation

struct RefreshRotation: Equatable, Sendable {
    var family: String
    var issue: String
    var issuedAt: Date
}
