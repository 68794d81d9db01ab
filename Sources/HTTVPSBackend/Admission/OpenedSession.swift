import Foundation

struct OpenedSession: Sendable {
    var userID: String
    var expiresAt: Date?
    var maxSessions: Int
    var maxStreams: Int
    var rateBytesPerSecond: Int64?
    var leaseBytes: Int64?
    var nodes: [SealedNode]
    var rotation: RefreshRotation?
}
