import HTTVPSProtocol
import NIOCore

struct ClientSessionStateMachine: Sendable {
    enum OnMessage: Equatable {
        case ignored
        case frame(Multiplexer.OnFrame)
        case pong(ByteBuffer)
        case ponged(ByteBuffer?)
        case end(SessionEnd, closeCode: WebSocketCloseCode)
    }

    enum OnResume: Equatable {
        case resumed(ended: [EndedStream], closes: [StreamID])
        case fault(TunnelError)
    }

    static let maximumWindow = 16_777_216
    static let sessionBuffer = 33_554_432

    let grant: SessionGrant
    let encoding: FrameEncoding
    private(set) var isOver = false
    private(set) var attempt: UInt64 = 0
    private var awaitsAnswer = false
    private var unsentCloses: [StreamID] = []
    private var multiplexer: Multiplexer

    init(_ grant: SessionGrant) {
        self.grant = grant
        encoding = FrameEncoding(grant.capabilities)
        multiplexer = Multiplexer(
            configuration: .init(
                role: .client, capabilities: grant.capabilities, maxStreams: grant.maxStreams,
                initialWindow: grant.initialWindow, maximumWindow: Self.maximumWindow,
                sessionBuffer: Self.sessionBuffer))
    }

    var limits: WebSocketLimits {
        let isBinary = encoding == .binary
        return WebSocketLimits(text: !isBinary, binaryPayload: isBinary ? grant.maxPayload : nil)
    }

    var hasFlowControl: Bool { grant.capabilities.contains(.flowControl) }

    var mayResume: Bool { !isOver && grant.capabilities.contains(.resume) && grant.resumeToken != nil }

    var activeStreams: Int { multiplexer.activeStreams }

    var roundTrip: TimeAmount? {
        get { multiplexer.roundTrip }
        set { multiplexer.roundTrip = newValue }
    }

    mutating func receive(_ message: WebSocketMessage, at now: NIODeadline) -> OnMessage {
        guard !isOver else { return .ignored }
        switch message {
        case .ping(let payload): return .pong(payload)
        case .pong: return .ignored
        case .close(let close):
            return end(.closed(code: close.code?.rawValue, reason: close.reason), close.code ?? .normal)
        case .text(let bytes), .binary(let bytes): return receiveFrame(bytes, now)
        }
    }

    mutating func stop() { isOver = true }

    private mutating func end(_ end: SessionEnd, _ code: WebSocketCloseCode) -> OnMessage {
        isOver = true
        return .end(end, closeCode: code)
    }

    private mutating func receiveFrame(_ bytes: ByteBuffer, _ now: NIODeadline) -> OnMessage {
        do {
            guard let frame = try encoding.decode(bytes, maxPayload: grant.maxPayload) else { return .ignored }
            let result = try multiplexer.receive(frame, at: now)
            if case .pong(let nonce) = frame { return .ponged(nonce) }
            if case .error(let code, let message) = result { return end(.ended(code: code, message: message), .normal) }
            return .frame(result)
        } catch {
            return end(.faulty(error), WebSocketCloseCode(rawValue: error.code.closeCode))
        }
    }
}

extension ClientSessionStateMachine {
    mutating func takeOver() -> ResumeRequest? {
        guard mayResume, let token = grant.resumeToken else { return nil }
        attempt += 1
        awaitsAnswer = true
        unsentCloses = []
        return ResumeRequest(
            sessionID: grant.sessionID, resumeToken: token, attempt: attempt, streams: multiplexer.listedStreams)
    }

    mutating func resume(_ answer: SessionGrant) -> OnResume {
        guard answer.sessionID == grant.sessionID, answer.capabilities == grant.capabilities else {
            return .fault(TunnelError(.badFrame, "the gateway resumed another session"))
        }
        awaitsAnswer = false
        let ended = multiplexer.resume(listed: answer.streams, lastStreamID: answer.lastStreamID)
        let listed = Set(answer.streams.map(\.streamID))
        defer { unsentCloses = [] }
        return .resumed(
            ended: ended, closes: unsentCloses.filter { $0.number.map { listed.contains(UInt64($0)) } ?? false })
    }

    var hasRepeats: Bool { multiplexer.hasRepeats }

    mutating func nextRepeat() -> Frame? { multiplexer.nextRepeat(maxPayload: grant.maxPayload) }
}

extension ClientSessionStateMachine {
    mutating func openStream(to target: TargetAddress) throws(Multiplexer.OpenRefusal) -> StreamID {
        guard !isOver else { throw .draining }
        return try multiplexer.openStream(to: target)
    }

    mutating func openAssociation() throws(Multiplexer.OpenRefusal) -> StreamID {
        guard !isOver, grant.capabilities.contains(.datagram) else { throw .draining }
        return try multiplexer.openAssociation()
    }

    mutating func endAssociations() -> [StreamID] { multiplexer.endAssociations() }

    func mayBeginAssociation() -> Bool { multiplexer.mayBeginAssociation() }

    func isOpen(_ id: StreamID) -> Bool { multiplexer.isOpen(id) }

    func hasRepeats(on id: StreamID) -> Bool { multiplexer.hasRepeats(on: id) }

    func credit(_ id: StreamID) -> Int { isOver ? 0 : multiplexer.credit(id) }

    mutating func sendData(_ data: ByteBuffer, on id: StreamID) { multiplexer.sendData(data, on: id) }

    mutating func sendFinish(on id: StreamID) -> Bool { isOver ? false : multiplexer.sendFinish(on: id) }

    mutating func consume(_ count: Int, on id: StreamID, at now: NIODeadline) -> Frame? {
        isOver ? nil : multiplexer.consume(count, on: id, at: now)
    }

    mutating func close(_ id: StreamID) -> Bool {
        guard !isOver, multiplexer.close(id) else { return false }
        if awaitsAnswer { unsentCloses.append(id) }
        return true
    }
}
