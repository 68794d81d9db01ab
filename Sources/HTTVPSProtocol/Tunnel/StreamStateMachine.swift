package struct StreamStateMachine: Equatable, Sendable {
    private enum State: Equatable {
        case open
        case localFinished
        case remoteFinished
        case over
    }

    package enum OnFinish: Equatable, Sendable {
        case finished(acknowledgement: ReceiveWindow.Update?)
        case ignored
    }

    private var state = State.open
    private var sendWindow: SendWindow?
    private var receiveWindow: ReceiveWindow?

    package init(initialWindow: Int?) {
        sendWindow = initialWindow.map(SendWindow.init(limit:))
        receiveWindow = initialWindow.map(ReceiveWindow.init(size:))
    }

    package var isOver: Bool { state == .over }

    package var mayWrite: Bool { state == .open || state == .remoteFinished }

    package var credit: Int { mayWrite ? sendWindow?.credit ?? .max : 0 }

    package mutating func receiveData(_ count: Int) throws(TunnelError) {
        guard state == .open || state == .localFinished else {
            throw TunnelError(.badFrame, "stream_data behind stream_finish")
        }
        try receiveWindow?.receive(count)
    }

    package mutating func receiveFinish() -> OnFinish {
        switch state {
        case .open: state = .remoteFinished
        case .localFinished: state = .over
        case .remoteFinished, .over: return .ignored
        }
        return .finished(acknowledgement: receiveWindow?.finish())
    }

    package mutating func receiveWindow(received: UInt64, limit: UInt64) throws(TunnelError) {
        try sendWindow?.update(received: received, limit: limit)
    }

    package mutating func consume(_ count: Int) -> ReceiveWindow.Update? {
        guard let update = receiveWindow?.consume(count), state == .open || state == .localFinished else { return nil }
        return update
    }

    package mutating func sendData(_ count: Int) {
        precondition(mayWrite, "stream_data behind our own stream_finish")
        sendWindow?.send(count)
    }

    package mutating func sendFinish() -> Bool {
        switch state {
        case .open: state = .localFinished
        case .remoteFinished: state = .over
        case .localFinished, .over: return false
        }
        sendWindow?.finish()
        return true
    }
}
