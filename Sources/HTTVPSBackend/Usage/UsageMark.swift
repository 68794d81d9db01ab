struct UsageMark: Equatable, Sendable {
    var sequence: Int64
    var bytesUp: Int64
    var bytesDown: Int64
    var streamsOpened: Int64
}
