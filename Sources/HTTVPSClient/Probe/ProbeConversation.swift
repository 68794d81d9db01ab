import HTTVPSProtocol
import NIOCore

struct ProbeConversation: Sendable {
    enum OnMessage: Sendable {
        case wait
        case send([Frame])
        case pong(ByteBuffer)
        case end([Frame], ClientError?)
    }

    static let stream = StreamID.name("1")

    private let target: TargetAddress?
    private(set) var phase = ProbeReport.Phase.session
    private(set) var steps: [ProbeReport.Step] = []
    private(set) var grant: SessionGrant?
    private var since: NIODeadline
    private var isOver = false

    init(target: TargetAddress?, now: NIODeadline) {
        self.target = target
        since = now
    }

    mutating func receive(_ message: WebSocketMessage, now: NIODeadline) -> OnMessage {
        guard !isOver else { return .wait }
        switch message {
        case .ping(let payload): return .pong(payload)
        case .pong: return .wait
        case .close(let close):
            return fail(SessionEnd.closed(code: close.code?.rawValue, reason: close.reason).error)
        case .binary: return fail(ClientError(.sessionEnded, "the gateway sent binary where it was not agreed"))
        case .text(let text): return receive(text, now)
        }
    }

    mutating func expire() -> OnMessage {
        guard !isOver else { return .wait }
        return fail(ClientError(.timeout, "no answer came in time"))
    }

    mutating func lose(_ message: String) -> OnMessage {
        guard !isOver else { return .wait }
        return fail(ClientError(.sessionEnded, message))
    }

    private mutating func receive(_ text: ByteBuffer, _ now: NIODeadline) -> OnMessage {
        do {
            if phase == .session { return try receiveVerdict(text, now) }
            let limit = grant?.maxPayload ?? FrameLimits.earlyPayload
            return receive(try JSONFrameCodec.decode(text, maxPayload: limit), now)
        } catch {
            return fail(SessionEnd.faulty(error).error)
        }
    }

    private mutating func receiveVerdict(_ text: ByteBuffer, _ now: NIODeadline) throws(TunnelError) -> OnMessage {
        let frame = try? JSONFrameCodec.decode(text, maxPayload: FrameLimits.textMessage)
        if case .error(let code, let message, _) = frame {
            return fail(SessionEnd.ended(code: code, message: message).error)
        }
        switch try AuthResult.decode(text) {
        case .refused(let reason): return fail(SessionEnd.refused(reason: reason).error)
        case .allowed(let grant):
            self.grant = grant
            step(to: .ping, now)
            return .send([.ping(ByteBuffer(string: "probe"))])
        }
    }

    private mutating func receive(_ frame: Frame, _ now: NIODeadline) -> OnMessage {
        switch frame {
        case .ping(let payload): return .send([.pong(payload)])
        case .pong where phase == .ping: return openStream(now)
        case .streamOpened(Self.stream) where phase == .stream: step(to: .answer, now)
        case .streamFinish(Self.stream):
            return fail(ClientError(.streamClosed, "the target closed the connection without an answer"))
        case .streamData(Self.stream, _):
            if phase == .stream { step(to: .answer, now) }
            step(to: .answer, now)
            return end([.streamClose(Self.stream, .normal, message: "")])
        case .streamClose(Self.stream, let reason, let message):
            let text = message.isEmpty ? "the gateway closed the stream" : message
            return fail(ClientError(.streamClosed, text, reason: reason.name))
        case .error(let code, let message, nil): return fail(SessionEnd.ended(code: code, message: message).error)
        default: break
        }
        return .wait
    }

    private mutating func openStream(_ now: NIODeadline) -> OnMessage {
        step(to: .stream, now)
        guard let target else { return end([]) }
        let request = "GET / HTTP/1.1\r\nHost: \(target.hostDescription)\r\nConnection: close\r\n\r\n"
        return .send([.streamOpen(Self.stream, target: target, data: ByteBuffer(string: request))])
    }

    private mutating func step(to next: ProbeReport.Phase, _ now: NIODeadline) {
        steps.append(ProbeReport.Step(phase: phase, duration: Duration(now - since)))
        phase = next
        since = now
    }

    private mutating func end(_ frames: [Frame]) -> OnMessage {
        isOver = true
        return .end(frames, nil)
    }

    private mutating func fail(_ error: ClientError) -> OnMessage {
        isOver = true
        return .end([], error)
    }
}
