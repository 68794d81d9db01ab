import HTTVPSProtocol
import NIOCore

struct ClientSessionStateMachine: Sendable {
    enum OnMessage: Equatable {
        case ignored
        case established(SessionGrant)
        case frame(Multiplexer.OnFrame)
        case pong(ByteBuffer)
        case end(SessionEnd, closeCode: WebSocketCloseCode?)
    }

    private struct Established {
        var encoding: FrameEncoding
        var maxPayload: Int
        var hasFlowControl: Bool
        var multiplexer: Multiplexer
    }

    private let offered: Capabilities
    private var isOver = false
    private var established: Established?

    init(offered: Capabilities) { self.offered = offered }

    static let limitsBeforeVerdict = WebSocketLimits(text: true, binaryPayload: nil)

    var limits: WebSocketLimits {
        guard let established else { return Self.limitsBeforeVerdict }
        let isBinary = established.encoding == .binary
        return WebSocketLimits(text: !isBinary, binaryPayload: isBinary ? established.maxPayload : nil)
    }

    var encoding: FrameEncoding { established?.encoding ?? .json }

    var maxPayload: Int { established?.maxPayload ?? FrameLimits.earlyPayload }

    var hasFlowControl: Bool { established?.hasFlowControl ?? false }

    var isEstablished: Bool { established != nil && !isOver }

    var activeStreams: Int { established?.multiplexer.activeStreams ?? 0 }

    mutating func receive(_ message: WebSocketMessage) -> OnMessage {
        guard !isOver else { return .ignored }
        switch message {
        case .ping(let payload): return .pong(payload)
        case .pong: return .ignored
        case .close(let close):
            return end(.closed(code: close.code?.rawValue, reason: close.reason), close.code ?? .normal)
        case .text(let text) where established == nil: return receiveVerdict(text)
        case .binary where established == nil:
            return fail(TunnelError(.badFrame, "a binary message before auth_result"))
        case .text(let bytes), .binary(let bytes): return receiveFrame(bytes)
        }
    }

    mutating func fail(_ error: TunnelError) -> OnMessage {
        guard !isOver else { return .ignored }
        return end(.faulty(error), WebSocketCloseCode(rawValue: error.code.closeCode))
    }

    mutating func stop() { isOver = true }

    private mutating func end(_ end: SessionEnd, _ code: WebSocketCloseCode?) -> OnMessage {
        isOver = true
        return .end(end, closeCode: code)
    }

    private mutating func receiveVerdict(_ text: ByteBuffer) -> OnMessage {
        if let frame = try? JSONFrameCodec.decode(text, maxPayload: FrameLimits.textMessage),
            case .error(let code, let message, _) = frame
        {
            return end(.ended(code: code, message: message), .normal)
        }
        do {
            switch try AuthResult.decode(text) {
            case .refused(let reason): return end(.refused(reason: reason), .normal)
            case .allowed(let grant): return establish(grant)
            }
        } catch {
            return fail(error)
        }
    }

    private mutating func establish(_ grant: SessionGrant) -> OnMessage {
        let agreed = grant.capabilities.intersection(offered)
        guard agreed == grant.capabilities else {
            return fail(TunnelError(.badFrame, "auth_result agrees to what was not offered"))
        }
        let configuration = Multiplexer.Configuration(
            role: .client, capabilities: agreed, maxStreams: grant.maxStreams, initialWindow: grant.initialWindow)
        established = Established(
            encoding: FrameEncoding(agreed), maxPayload: grant.maxPayload,
            hasFlowControl: agreed.contains(.flowControl), multiplexer: Multiplexer(configuration: configuration))
        return .established(grant)
    }

    private mutating func receiveFrame(_ bytes: ByteBuffer) -> OnMessage {
        do {
            guard let frame = try encoding.decode(bytes, maxPayload: maxPayload),
                let result = try established?.multiplexer.receive(frame)
            else { return .ignored }
            if case .error(let code, let message) = result { return end(.ended(code: code, message: message), .normal) }
            return .frame(result)
        } catch {
            return fail(error)
        }
    }
}

extension ClientSessionStateMachine {
    mutating func openStream(to target: TargetAddress) throws(Multiplexer.OpenRefusal) -> StreamID {
        guard !isOver, established != nil else { throw .draining }
        guard let id = try established?.multiplexer.openStream(to: target) else { throw .draining }
        return id
    }

    func isOpen(_ id: StreamID) -> Bool { established?.multiplexer.isOpen(id) ?? false }

    func credit(_ id: StreamID) -> Int { isOver ? 0 : established?.multiplexer.credit(id) ?? 0 }

    mutating func sendData(_ data: ByteBuffer, on id: StreamID) { established?.multiplexer.sendData(data, on: id) }

    mutating func sendFinish(on id: StreamID) -> Bool {
        isOver ? false : established?.multiplexer.sendFinish(on: id) ?? false
    }

    mutating func consume(_ count: Int, on id: StreamID) -> Frame? {
        isOver ? nil : established?.multiplexer.consume(count, on: id)
    }

    mutating func close(_ id: StreamID) -> Bool { isOver ? false : established?.multiplexer.close(id) ?? false }
}
