package struct AuditFault: Error, Equatable, CustomStringConvertible {
    package var eventID: String?
    package var message: String
    var concernsBlock = false

    package var description: String { eventID.map { "\($0): \(message)" } ?? message }
}
