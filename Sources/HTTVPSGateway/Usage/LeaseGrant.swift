package struct LeaseGrant: Equatable, Sendable {
    package var sessionID: String
    package var bytes: Int64?
    package var seconds: Int
    package var countedFrom: Int64

    package init(sessionID: String, bytes: Int64?, seconds: Int, countedFrom: Int64) {
        self.sessionID = sessionID
        self.bytes = bytes
        self.seconds = seconds
        self.countedFrom = countedFrom
    }
}
