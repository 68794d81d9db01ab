import DequeModule
package import NIOCore

package struct Multiplexer: Sendable {
    package struct Configuration: Equatable, Sendable {
        package var role: TunnelRole
        package var capabilities: Capabilities
        package var maxStreams: Int
        package var initialWindow: Int
        package var maximumWindow: Int
        package var sessionBuffer: Int

        package init(
            role: TunnelRole, capabilities: Capabilities, maxStreams: Int, initialWindow: Int,
            maximumWindow: Int? = nil, sessionBuffer: Int = .max
        ) {
            self.role = role
            self.capabilities = capabilities
            self.maxStreams = maxStreams
            self.initialWindow = initialWindow
            self.maximumWindow = max(maximumWindow ?? initialWindow, initialWindow)
            self.sessionBuffer = sessionBuffer
        }
    }

    package enum OnFrame: Equatable, Sendable {
        case ignored
        case open(StreamID, TargetAddress, data: ByteBuffer)
        case refuse(Frame, ending: StreamID?)
        case opened(StreamID)
        case data(StreamID, ByteBuffer, acknowledgement: Frame?)
        case finish(StreamID, acknowledgement: Frame?)
        case closed(StreamID, StreamCloseReason, message: String)
        case credit(StreamID)
        case datagram(StreamID, TargetAddress, ByteBuffer, begins: Bool)
        case reply(Frame)
        case goaway(reason: String, graceSeconds: UInt64)
        case error(code: String, message: String)
    }

    package enum OpenRefusal: Error, Equatable, Sendable {
        case draining
        case streamLimit
        case idsExhausted
    }

    let configuration: Configuration
    var streams: [StreamID: StreamStateMachine] = [:]
    var associations: Set<StreamID> = []
    var history = StreamIDHistory()
    var waitingRepeats: Deque<StreamID> = []
    var waitingOpens: Set<StreamID> = []
    var waitingCloses: Deque<StreamID> = []
    var draining = false
    private var nextNumber: UInt32 = 1
    private var load = StreamLoad()

    package var roundTrip: TimeAmount?
    package var growthRoom = Int.max

    package init(configuration: Configuration) { self.configuration = configuration }

    package var activeStreams: Int { streams.count + associations.count }

    package var openIDs: [StreamID] { streams.filter { !$0.value.isOver }.map(\.key) + associations }

    package var retainedBytes: Int { load.retained }

    package var extendedBytes: Int { load.extended }

    package mutating func drain() { draining = true }

    package mutating func receive(_ frame: Frame, at now: NIODeadline = .now()) throws(TunnelError) -> OnFrame {
        guard frame.mayCome(from: configuration.role.peer) else {
            throw TunnelError(.badFrame, "a frame that only the \(configuration.role) sends")
        }
        guard configuration.capabilities.isSuperset(of: frame.capability) else {
            throw TunnelError(.badFrame, "a frame of a capability that was not agreed")
        }
        switch frame {
        case .streamOpen(let id, let target, let data): return try receiveOpen(id, target, data, now)
        case .streamOpened(let id): return receiveOpened(id)
        case .streamData(let id, let data): return try receiveData(id, data, now)
        case .streamFinish(let id): return try receiveFinish(id)
        case .streamClose(let id, let reason, let message): return receiveClose(id, reason, message)
        case .streamWindow(let id, let received, let limit): return try receiveWindow(id, received, limit)
        case .datagram(let id, let target, let data): return try receiveDatagram(id, target, data)
        case .ping(let nonce): return .reply(.pong(nonce))
        case .pong, .padding: return .ignored
        case .goaway(let reason, let grace):
            draining = true
            return .goaway(reason: reason, graceSeconds: grace)
        case .error(let code, let message, _): return .error(code: code, message: message)
        }
    }
}

extension Multiplexer {
    func isKnown(_ id: StreamID) -> Bool { streams[id] != nil || associations.contains(id) || history.contains(id) }

    func answerMissing(_ id: StreamID) -> OnFrame {
        history.contains(id) ? .ignored : refusal(id, .unknownStream, "no such stream")
    }

    func refusal(_ id: StreamID, _ reason: StreamCloseReason, _ message: String, ending: StreamID? = nil) -> OnFrame {
        .refuse(.streamClose(id, reason, message: message), ending: ending)
    }

    func refusalOfNew(_ id: StreamID, _ target: TargetAddress?) -> OnFrame? {
        if draining { return refusal(id, .draining, "the gateway is draining") }
        guard activeStreams < configuration.maxStreams else {
            return refusal(id, .streamLimit, "\(configuration.maxStreams) streams are open")
        }
        return target == nil ? refusal(id, .badTarget, "the target names no possible host and port") : nil
    }

    mutating func takeID() throws(OpenRefusal) -> StreamID {
        guard !draining else { throw .draining }
        guard activeStreams < configuration.maxStreams else { throw .streamLimit }
        guard nextNumber <= StreamID.maximumNumber else { throw .idsExhausted }
        let id: StreamID =
            configuration.capabilities.contains(.binary) ? .number(nextNumber) : .name(String(nextNumber))
        nextNumber += 1
        history.insert(id)
        return id
    }

    mutating func insert(_ stream: StreamStateMachine, as id: StreamID) {
        streams[id] = stream
        count(stream.load)
    }

    @discardableResult
    mutating func remove(_ id: StreamID) -> StreamStateMachine? {
        guard let stream = streams.removeValue(forKey: id) else { return nil }
        waitingOpens.remove(id)
        count(StreamLoad() - stream.load)
        return stream
    }

    mutating func change<Result>(
        _ id: StreamID, _ change: (inout StreamStateMachine) throws(TunnelError) -> Result
    ) throws(TunnelError) -> Result? {
        guard let index = streams.index(forKey: id) else { return nil }
        let before = streams.values[index].load
        let result = try change(&streams.values[index])
        count(streams.values[index].load - before)
        return result
    }

    @discardableResult
    mutating func changeOwn<Result>(_ id: StreamID, _ change: (inout StreamStateMachine) -> Result) -> Result? {
        guard let index = streams.index(forKey: id) else { return nil }
        let before = streams.values[index].load
        let result = change(&streams.values[index])
        count(streams.values[index].load - before)
        return result
    }

    func newStream(to target: TargetAddress? = nil) -> StreamStateMachine {
        let flow = configuration.capabilities.contains(.flowControl)
        return StreamStateMachine(
            .init(
                initialWindow: flow ? configuration.initialWindow : nil,
                retains: configuration.capabilities.contains(.resume), mustOpen: configuration.role == .gateway),
            target: target)
    }

    func growth(of id: StreamID, at now: NIODeadline) -> WindowGrowth {
        let own = streams[id]?.load ?? StreamLoad()
        let buffer = configuration.sessionBuffer
        return WindowGrowth(
            now: now, roundTrip: roundTrip, maximum: configuration.maximumWindow,
            sessionRoom: buffer == .max ? .max : buffer - (load.open - own.open),
            processRoom: growthRoom == .max ? .max : growthRoom + own.extended)
    }

    static func window(_ id: StreamID, _ update: ReceiveWindow.Update) -> Frame {
        .streamWindow(id, received: update.received, limit: update.limit)
    }

    private mutating func count(_ difference: StreamLoad) {
        load += difference
        if growthRoom != .max { growthRoom -= difference.extended }
    }
}
