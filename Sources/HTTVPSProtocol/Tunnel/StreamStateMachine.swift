package import NIOCore

package struct StreamStateMachine: Sendable {
    package struct Configuration: Equatable, Sendable {
        package var initialWindow: Int?
        package var retains = false
        package var mustOpen = false

        package init(initialWindow: Int?, retains: Bool = false, mustOpen: Bool = false) {
            self.initialWindow = initialWindow
            self.retains = retains
            self.mustOpen = mustOpen
        }
    }

    package enum OnFinish: Equatable, Sendable {
        case finished(acknowledgement: ReceiveWindow.Update?)
        case ignored
    }

    private enum State: Equatable {
        case open
        case localFinished
        case remoteFinished
        case over
    }

    private let configuration: Configuration
    private let target: TargetAddress?
    private var state = State.open
    private var opened = false
    private var windowIsDue = false
    private var sendWindow: SendWindow?
    private var receiveWindow: ReceiveWindow?
    private var retention = StreamRetention()
    private var repeats: StreamRepeats?

    package init(_ configuration: Configuration, target: TargetAddress? = nil) {
        self.configuration = configuration
        self.target = target
        sendWindow = configuration.initialWindow.map(SendWindow.init(limit:))
        receiveWindow = configuration.initialWindow.map(ReceiveWindow.init(size:))
    }

    package var isOver: Bool { state == .over }

    package var isForgotten: Bool {
        isOver && repeats == nil && (!configuration.retains || sendWindow?.isFinishAcknowledged != false)
    }

    package var mayWrite: Bool { state == .open || state == .remoteFinished }

    package var credit: Int { mayWrite && repeats == nil ? sendWindow?.credit ?? .max : 0 }

    package var received: UInt64 { receiveWindow?.position ?? 0 }

    package var hasRepeats: Bool { repeats != nil }

    package var load: StreamLoad {
        StreamLoad(
            retained: retention.count, open: receiveWindow?.open ?? 0, extended: receiveWindow?.extended ?? 0)
    }

    package mutating func receiveData(_ count: Int, at now: NIODeadline = .uptimeNanoseconds(0)) throws(TunnelError)
        -> ReceiveWindow.Update?
    {
        guard state == .open || state == .localFinished else {
            throw TunnelError(.badFrame, "stream_data behind stream_finish")
        }
        try receiveWindow?.receive(count, at: now)
        return configuration.retains && receiveWindow?.isUnreported == true ? report() : nil
    }

    package mutating func receiveFinish() -> OnFinish {
        switch state {
        case .open: state = .remoteFinished
        case .localFinished: state = .over
        case .remoteFinished, .over: return .ignored
        }
        receiveWindow?.finish()
        return .finished(acknowledgement: report())
    }

    package mutating func receiveWindow(received: UInt64, limit: UInt64) throws(TunnelError) {
        try sendWindow?.update(received: received, limit: limit)
        retention.drop(below: received)
        repeats?.skip(to: received)
    }

    package mutating func receiveOpened() -> Bool {
        defer { opened = true }
        return !opened
    }

    package mutating func consume(_ count: Int, _ growth: WindowGrowth = .none) -> ReceiveWindow.Update? {
        receiveWindow?.consume(count, growth) == true ? report() : nil
    }

    package mutating func sendOpened() -> ReceiveWindow.Update? {
        opened = true
        return windowIsDue ? report() : nil
    }

    package mutating func sendData(_ data: ByteBuffer) {
        precondition(mayWrite, "stream_data behind our own stream_finish")
        sendWindow?.send(data.readableBytes)
        if configuration.retains { retention.append(data) }
    }

    package mutating func sendFinish() -> Bool {
        switch state {
        case .open: state = .localFinished
        case .remoteFinished: state = .over
        case .localFinished, .over: return false
        }
        sendWindow?.finish()
        return repeats == nil
    }

    private mutating func report() -> ReceiveWindow.Update? {
        windowIsDue = true
        guard opened || !configuration.mustOpen, repeats == nil else {
            repeats?.window = true
            return nil
        }
        windowIsDue = false
        return receiveWindow?.report()
    }
}

extension StreamStateMachine {
    package enum OnResume: Equatable, Sendable {
        case over
        case forgotten
        case ready
        case repeats
    }

    package mutating func resume(from offset: UInt64) -> OnResume {
        guard var window = sendWindow, window.resume(from: offset) else { return .over }
        sendWindow = window
        retention.drop(below: offset)
        repeats = nil
        if isForgotten { return .forgotten }
        guard opened || !configuration.mustOpen else {
            windowIsDue = true
            return .ready
        }
        repeats = StreamRepeats(head: configuration.mustOpen ? .opened : nil, offset: offset, window: true)
        return .repeats
    }

    package mutating func repeatOpen() -> OnResume {
        guard let window = sendWindow, window.acknowledged == 0, received == 0, !opened else { return .over }
        repeats = StreamRepeats(head: .open, offset: 0, window: false)
        return .repeats
    }

    package mutating func nextRepeat(of id: StreamID, maxPayload: Int) -> Frame? {
        guard let head = repeats?.head else { return nextRepeatedData(of: id, maxPayload) }
        repeats?.head = nil
        if head == .opened { return .streamOpened(id) }
        return .streamOpen(id, target: target, data: repeatedPiece(maxPayload) ?? ByteBuffer())
    }

    private mutating func nextRepeatedData(of id: StreamID, _ maxPayload: Int) -> Frame? {
        guard let plan = repeats else { return nil }
        if let piece = repeatedPiece(maxPayload) { return .streamData(id, piece) }
        if plan.finish, let window = sendWindow, window.finished, !window.isFinishAcknowledged {
            repeats?.finish = false
            return .streamFinish(id)
        }
        repeats = nil
        guard plan.window, let update = report() else { return nil }
        return .streamWindow(id, received: update.received, limit: update.limit)
    }

    private mutating func repeatedPiece(_ maxPayload: Int) -> ByteBuffer? {
        guard let plan = repeats, let piece = retention.piece(at: plan.offset, upTo: maxPayload) else { return nil }
        repeats?.offset += UInt64(piece.readableBytes)
        return piece
    }
}
