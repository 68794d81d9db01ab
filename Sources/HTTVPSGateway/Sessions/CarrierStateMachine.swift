import DequeModule
package import HTTVPSProtocol
package import NIOCore

package struct CarrierStateMachine: Sendable {
    package enum OnMessage: Equatable, Sendable {
        case nothing
        case validate(Hello)
        case stopReading
        case frame(Frame)
        case answerPing(ByteBuffer)
        case end(SessionEnding)
        case finishTransport
    }

    private struct Waiting {
        var agreed: Capabilities
        var messages: Deque<WebSocketMessage> = []
        var bytes = 0
        var fault: TunnelError?
    }

    private enum Phase {
        case awaitingHello
        case validating(Waiting)
        case open
        case ending
    }

    private let offered: Capabilities
    private var maxPayload: Int
    private var phase = Phase.awaitingHello
    private var held = Waiting(agreed: [])
    package private(set) var encoding = FrameEncoding.json

    package init(offered: Capabilities, maxPayload: Int) {
        self.offered = offered
        self.maxPayload = maxPayload
    }

    package var isOpen: Bool { if case .open = phase { true } else { false } }

    package var isHoldingAll: Bool { heldBytes >= FrameLimits.heldBeforeVerdict }

    package var isAwaitingHello: Bool { if case .awaitingHello = phase { true } else { false } }

    package var heldBytes: Int { if case .validating(let waiting) = phase { waiting.bytes } else { 0 } }

    package var isEnding: Bool { if case .ending = phase { true } else { false } }

    package var limits: WebSocketLimits {
        switch phase {
        case .awaitingHello, .ending: WebSocketLimits(text: true, binaryPayload: maxPayload)
        case .validating(let waiting): limits(for: FrameEncoding(waiting.agreed))
        case .open: limits(for: encoding)
        }
    }

    package mutating func receive(_ message: WebSocketMessage) -> OnMessage {
        switch (phase, message) {
        case (.open, .binary(let bytes)): return receive(bytes, as: .binary)
        case (.open, .text(let bytes)): return receive(bytes, as: .json)
        case (.ending, .close): return .finishTransport
        case (.ending, _), (_, .pong): return .nothing
        case (_, .ping(let payload)): return .answerPing(payload)
        case (_, .close(let close)): return end(.closedByPeer(close))
        case (.awaitingHello, .text(let text)): return receiveHello(text)
        case (.awaitingHello, .binary): return fail(TunnelError(.badHello, "the first message is no text"))
        case (.validating(let waiting), .text(let bytes)), (.validating(let waiting), .binary(let bytes)):
            return hold(message, bytes.readableBytes, waiting)
        }
    }

    package mutating func receive(_ fault: WebSocketError) -> OnMessage {
        switch phase {
        case .ending: return .nothing
        case .validating(var waiting):
            guard let error = fault.tunnelError else { return end(.broken(fault)) }
            waiting.fault = waiting.fault ?? error
            phase = .validating(waiting)
            return .stopReading
        case .awaitingHello, .open:
            guard let error = fault.tunnelError else { return end(.broken(fault)) }
            return fail(error)
        }
    }

    package mutating func allowed(_ capabilities: Capabilities, maxPayload: Int) {
        guard case .validating(let waiting) = phase else { return }
        phase = .open
        self.maxPayload = maxPayload
        held = waiting
        encoding = FrameEncoding(capabilities)
    }

    package mutating func receiveHeld() -> OnMessage? {
        guard isOpen else { return nil }
        if let message = held.messages.popFirst() { return receive(message) }
        guard let fault = held.fault else { return nil }
        held.fault = nil
        return fail(fault)
    }

    package mutating func handshakeTimedOut() -> OnMessage {
        guard case .awaitingHello = phase else { return .nothing }
        return fail(TunnelError(.handshakeTimeout, "no complete hello came in time"))
    }

    package mutating func fail(_ error: TunnelError) -> OnMessage {
        end(.failed(error, allowed: isOpen))
    }

    package mutating func end(_ ending: SessionEnding) -> OnMessage {
        if case .ending = phase { return .nothing }
        phase = .ending
        held = Waiting(agreed: [])
        return .end(ending)
    }

    private func limits(for encoding: FrameEncoding) -> WebSocketLimits {
        WebSocketLimits(text: encoding == .json, binaryPayload: encoding == .binary ? maxPayload : nil)
    }

    private mutating func receiveHello(_ text: ByteBuffer) -> OnMessage {
        do {
            let hello = try Hello.decode(text)
            phase = .validating(Waiting(agreed: offered.agreed(with: hello.capabilities)))
            return .validate(hello)
        } catch {
            return fail(error)
        }
    }

    private mutating func hold(_ message: WebSocketMessage, _ count: Int, _ waiting: Waiting) -> OnMessage {
        var waiting = waiting
        phase = .ending
        if waiting.fault == nil {
            waiting.messages.append(message)
            waiting.bytes += count
        }
        let isFull = waiting.bytes >= FrameLimits.heldBeforeVerdict || waiting.fault != nil
        phase = .validating(waiting)
        return isFull ? .stopReading : .nothing
    }

    private mutating func receive(_ bytes: ByteBuffer, as form: FrameEncoding) -> OnMessage {
        do throws(TunnelError) {
            guard form == encoding else {
                throw TunnelError(.badFrame, form == .json ? "text where binary was agreed" : "binary was not agreed")
            }
            guard let frame = try encoding.decode(bytes, maxPayload: maxPayload) else { return .nothing }
            return .frame(frame)
        } catch {
            return fail(error)
        }
    }
}
