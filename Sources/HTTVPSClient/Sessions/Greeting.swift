import HTTVPSProtocol
import NIOCore

final class Greeting: CarrierOwner {
    enum Outcome: Sendable {
        case session(NIOLoopBound<ClientSession>)
        case resumed(attempt: UInt64)
        case unneeded
        case failed(SessionEnd)
    }

    typealias Allowed = (Carrier, SessionGrant) -> Outcome

    let outcome: EventLoopPromise<Outcome>
    private(set) var isOver = false
    private let eventLoop: any EventLoop
    private var hello: Hello?
    private var carrier: Carrier?
    private var allowed: Allowed?
    private var timer: Scheduled<Void>?
    private var said: NIODeadline?

    init(eventLoop: any EventLoop) {
        self.eventLoop = eventLoop
        outcome = eventLoop.makePromise()
    }

    func say(
        _ hello: Hello, early: [Frame] = [], on opened: OpenedCarrier, within timeout: TimeAmount,
        allowed: @escaping Allowed
    ) {
        let carrier = Carrier(opened)
        self.hello = hello
        self.carrier = carrier
        self.allowed = allowed
        carrier.owner = self
        do {
            try opened.attach(carrier)
        } catch {
            return finish(.failed(.unreachable("the connection to the gateway ended before it was used")))
        }
        timer = eventLoop.assumeIsolated().scheduleTask(in: timeout) {
            self.cancel(.failed(.unreachable("the gateway did not answer in time")))
        }
        said = eventLoop.now
        carrier.write(hello, early: early)
        carrier.flush()
    }

    func cancel(_ outcome: Outcome) {
        guard !isOver else { return }
        let carrier = carrier
        finish(outcome)
        carrier?.abandon()
    }

    func finish(_ outcome: Outcome) {
        guard !isOver else { return }
        isOver = true
        timer?.cancel()
        carrier = nil
        allowed = nil
        self.outcome.succeed(outcome)
    }

    func carrier(_ carrier: Carrier, received message: WebSocketMessage) {
        switch message {
        case .ping(let payload): carrier.pong(payload)
        case .pong: break
        case .binary: fail(TunnelError(.badFrame, "a binary message before auth_result"), carrier)
        case .text(let text): receive(text, carrier)
        case .close(let close):
            carrier.close(close.code ?? .normal, isEcho: true)
            finish(.failed(.closed(code: close.code?.rawValue, reason: close.reason)))
        }
    }

    private func receive(_ text: ByteBuffer, _ carrier: Carrier) {
        if let frame = try? JSONFrameCodec.decode(text, maxPayload: FrameLimits.textMessage),
            case .error(let code, let message, _) = frame
        {
            return refuse(.ended(code: code, message: message), carrier)
        }
        do {
            switch try AuthResult.decode(text) {
            case .refused(let reason): refuse(.refused(reason: reason), carrier)
            case .allowed(let grant): try allow(grant, carrier)
            }
        } catch {
            fail(error, carrier)
        }
    }

    private func allow(_ grant: SessionGrant, _ carrier: Carrier) throws(TunnelError) {
        guard let hello, let allowed, hello.capabilities.isSuperset(of: grant.capabilities) else {
            throw TunnelError(.badFrame, "auth_result agrees to what was not offered")
        }
        guard grant.resumed != true || hello.resume != nil else {
            throw TunnelError(.badFrame, "auth_result resumes what was not asked for")
        }
        carrier.verdictTime = said.map { eventLoop.now - $0 }
        finish(allowed(carrier, grant))
    }

    private func refuse(_ end: SessionEnd, _ carrier: Carrier) {
        carrier.close(.normal, isEcho: false)
        finish(.failed(end))
    }

    private func fail(_ error: TunnelError, _ carrier: Carrier) {
        carrier.close(WebSocketCloseCode(rawValue: error.code.closeCode), isEcho: false)
        finish(.failed(.faulty(error)))
    }

    func carrierReadCompleted(_ carrier: Carrier) {}

    func carrierMayWrite(_ carrier: Carrier) {}

    func carrierDoubted(_ carrier: Carrier) {}

    func carrierRecovered(_ carrier: Carrier) {}

    func carrierEnded(_ carrier: Carrier, _ end: CarrierEnd) {
        switch end {
        case .broken(let message): finish(.failed(.unreachable(message)))
        case .faulty(let error): finish(.failed(.faulty(error)))
        }
    }
}
