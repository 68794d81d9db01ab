package struct SessionCounters: Equatable, Sendable {
    package var bytesUp: Int64
    package var bytesDown: Int64
    package var streamsOpened: Int64

    package init(bytesUp: Int64 = 0, bytesDown: Int64 = 0, streamsOpened: Int64 = 0) {
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.streamsOpened = streamsOpened
    }

    package var bytesMoved: Int64 { bytesUp + bytesDown }
}
