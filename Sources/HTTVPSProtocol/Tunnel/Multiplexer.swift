package import NIOCore

package struct Multiplexer: Sendable {
    package struct Configuration: Equatable, Sendable {
        package var role: TunnelRole
        package var capabilities: Capabilities
        package var maxStreams: Int
        package var initialWindow: Int

        package init(role: TunnelRole, capabilities: Capabilities, maxStreams: Int, initialWindow: Int) {
            self.role = role
            self.capabilities = capabilities
            self.maxStreams = maxStreams
            self.initialWindow = initialWindow
        }
    }

    package enum OnFrame: Equatable, Sendable {
        case ignored
        case open(StreamID, TargetAddress, data: ByteBuffer)
        case refuse(Frame, ending: StreamID?)
        case opened(StreamID)
        case data(StreamID, ByteBuffer)
        case finish(StreamID, acknowledgement: Frame?)
        case closed(StreamID, StreamCloseReason, message: String)
        case credit(StreamID)
        case datagram(StreamID, TargetAddress?, ByteBuffer)
        case reply(Frame)
        case goaway(reason: String, graceSeconds: UInt64)
        case error(code: String, message: String)
    }

    private let configuration: Configuration
    private var streams: [StreamID: StreamStateMachine] = [:]
    private var history = StreamIDHistory()
    private var nextNumber: UInt32 = 1
    private var draining = false

    package init(configuration: Configuration) { self.configuration = configuration }

    package var activeStreams: Int { streams.count }

    package var openIDs: some Collection<StreamID> { streams.keys }

    package mutating func drain() { draining = true }

    package mutating func receive(_ frame: Frame) throws(TunnelError) -> OnFrame {
        guard frame.mayCome(from: configuration.role.peer) else {
            throw TunnelError(.badFrame, "a frame that only the \(configuration.role) sends")
        }
        guard configuration.capabilities.isSuperset(of: frame.capability) else {
            throw TunnelError(.badFrame, "a frame of a capability that was not agreed")
        }
        switch frame {
        case .streamOpen(let id, let target, let data): return try open(id, target, data)
        case .streamOpened(let id): return streams[id] == nil ? answerMissing(id) : .opened(id)
        case .streamData(let id, let data): return try receiveData(id, data)
        case .streamFinish(let id): return receiveFinish(id)
        case .streamClose(let id, let reason, let message):
            return streams.removeValue(forKey: id) == nil ? .ignored : .closed(id, reason, message: message)
        case .streamWindow(let id, let received, let limit): return try receiveWindow(id, received, limit)
        case .datagram(let id, let target, let data): return .datagram(id, target, data)
        case .ping(let nonce): return .reply(.pong(nonce))
        case .pong, .padding: return .ignored
        case .goaway(let reason, let grace):
            draining = true
            return .goaway(reason: reason, graceSeconds: grace)
        case .error(let code, let message, _): return .error(code: code, message: message)
        }
    }

    private mutating func open(_ id: StreamID, _ target: TargetAddress?, _ data: ByteBuffer) throws(TunnelError)
        -> OnFrame
    {
        if history.contains(id) || streams[id] != nil {
            guard case .name = id else { throw TunnelError(.badFrame, "stream_open with a used id") }
            let ended = streams.removeValue(forKey: id) == nil ? nil : id
            return .refuse(.streamClose(id, .duplicateStream, message: "the stream id was used before"), ending: ended)
        }
        history.insert(id)
        if draining { return refusal(id, .draining, "the gateway is draining") }
        guard streams.count < configuration.maxStreams else {
            return refusal(id, .streamLimit, "\(configuration.maxStreams) streams are open")
        }
        guard let target else { return refusal(id, .badTarget, "the target names no possible host and port") }
        var stream = newStream()
        try stream.receiveData(data.readableBytes)
        streams[id] = stream
        return .open(id, target, data: data)
    }

    private mutating func receiveData(_ id: StreamID, _ data: ByteBuffer) throws(TunnelError) -> OnFrame {
        guard streams[id] != nil else { return answerMissing(id) }
        try streams[id]?.receiveData(data.readableBytes)
        return data.readableBytes > 0 ? .data(id, data) : .ignored
    }

    private mutating func receiveFinish(_ id: StreamID) -> OnFrame {
        guard let result = streams[id]?.receiveFinish() else { return answerMissing(id) }
        guard case .finished(let update) = result else { return .ignored }
        forgetIfOver(id)
        return .finish(id, acknowledgement: update.map { Self.window(id, $0) })
    }

    private mutating func receiveWindow(_ id: StreamID, _ received: UInt64, _ limit: UInt64) throws(TunnelError)
        -> OnFrame
    {
        guard streams[id] != nil else { return answerMissing(id) }
        try streams[id]?.receiveWindow(received: received, limit: limit)
        return .credit(id)
    }

    private func answerMissing(_ id: StreamID) -> OnFrame {
        history.contains(id) ? .ignored : refusal(id, .unknownStream, "no such stream")
    }

    private func refusal(_ id: StreamID, _ reason: StreamCloseReason, _ message: String) -> OnFrame {
        .refuse(.streamClose(id, reason, message: message), ending: nil)
    }

    private mutating func forgetIfOver(_ id: StreamID) {
        if streams[id]?.isOver == true { streams[id] = nil }
    }

    private func newStream() -> StreamStateMachine {
        StreamStateMachine(
            initialWindow: configuration.capabilities.contains(.flowControl) ? configuration.initialWindow : nil)
    }

    private static func window(_ id: StreamID, _ update: ReceiveWindow.Update) -> Frame {
        .streamWindow(id, received: update.received, limit: update.limit)
    }
}

extension Multiplexer {
    package enum OpenRefusal: Error, Equatable, Sendable {
        case draining
        case streamLimit
        case idsExhausted
    }

    package mutating func openStream() throws(OpenRefusal) -> StreamID {
        guard !draining else { throw .draining }
        guard streams.count < configuration.maxStreams else { throw .streamLimit }
        guard nextNumber <= StreamID.maximumNumber else { throw .idsExhausted }
        let id: StreamID =
            configuration.capabilities.contains(.binary) ? .number(nextNumber) : .name(String(nextNumber))
        nextNumber += 1
        history.insert(id)
        streams[id] = newStream()
        return id
    }

    package func isOpen(_ id: StreamID) -> Bool { streams[id] != nil }

    package func mayWrite(_ id: StreamID) -> Bool { streams[id]?.mayWrite ?? false }

    package func credit(_ id: StreamID) -> Int { streams[id]?.credit ?? 0 }

    package mutating func sendData(_ count: Int, on id: StreamID) { streams[id]?.sendData(count) }

    package mutating func sendFinish(on id: StreamID) -> Bool {
        guard streams[id]?.sendFinish() == true else { return false }
        forgetIfOver(id)
        return true
    }

    package mutating func consume(_ count: Int, on id: StreamID) -> Frame? {
        streams[id]?.consume(count).map { Self.window(id, $0) }
    }

    package mutating func close(_ id: StreamID) -> Bool { streams.removeValue(forKey: id) != nil }
}
