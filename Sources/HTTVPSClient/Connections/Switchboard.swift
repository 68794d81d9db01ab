import HTTVPSProtocol
import NIOCore

final class Switchboard {
    struct Line {
        let session: ClientSession
        let id: StreamID
    }

    typealias Answer = (Result<Line, ClientError>) -> Void

    private struct Waiter {
        let target: TargetAddress
        let consumer: any StreamConsumer
        let timeout: TimeAmount
        var timer: Scheduled<Void>
        let answer: Answer
    }

    static let maximumWaiters = 1_024

    let traffic = Traffic()
    var greeting: Greeting?
    private let eventLoop: any EventLoop
    private(set) var session: ClientSession?
    private var retired: [ObjectIdentifier: ClientSession] = [:]
    private var waiters: [UInt64: Waiter] = [:]
    private var nextWaiter: UInt64 = 0
    private var stopped: ClientError?

    init(eventLoop: any EventLoop) { self.eventLoop = eventLoop }

    func attach(_ session: ClientSession) {
        guard stopped == nil else { return session.stop() }
        self.session = session
        session.becameReady = { self.serveWaiters() }
        serveWaiters()
    }

    func detach(_ session: ClientSession) {
        if self.session === session { self.session = nil }
        retired = retired.filter { !$0.value.isOver }
        if !session.isOver { retired[ObjectIdentifier(session)] = session }
    }

    var sessions: [ClientSession] { (session.map { [$0] } ?? []) + retired.values }

    private func serveWaiters() {
        let waiting = waiters.sorted { $0.key < $1.key }
        waiters.removeAll()
        for (_, waiter) in waiting {
            waiter.timer.cancel()
            open(waiter.target, for: waiter.consumer, within: waiter.timeout, waiter.answer)
        }
        session?.flush()
    }

    func earlyOpens(upTo count: Int) -> [EarlyOpen] {
        waiters.sorted { $0.key < $1.key }.prefix(count).map { EarlyOpen(waiter: $0.key, target: $0.value.target) }
    }

    func begin(_ early: [EarlyOpen], on session: ClientSession) {
        for open in early {
            guard let waiter = waiters.removeValue(forKey: open.waiter) else {
                session.openedEarly(to: open.target, consumer: nil)
                continue
            }
            waiter.timer.cancel()
            guard let id = session.openedEarly(to: open.target, consumer: waiter.consumer) else { continue }
            waiter.answer(.success(Line(session: session, id: id)))
        }
    }

    var isStopped: Bool { stopped != nil }

    func stop(_ error: ClientError) {
        guard stopped == nil else { return }
        stopped = error
        greeting?.cancel(.failed(.stopped))
        greeting = nil
        for session in sessions { session.stop() }
        session = nil
        retired = [:]
        let waiting = waiters.values
        waiters.removeAll()
        for waiter in waiting {
            waiter.timer.cancel()
            waiter.answer(.failure(error))
        }
    }

    func open(
        _ target: TargetAddress, for consumer: any StreamConsumer, within timeout: TimeAmount,
        _ answer: @escaping Answer
    ) {
        if let stopped { return answer(.failure(stopped)) }
        guard let session, !session.isPaused else { return wait(target, consumer, timeout, answer) }
        do {
            let id = try session.openStreamMakingRoom(to: target, consumer: consumer)
            answer(.success(Line(session: session, id: id)))
        } catch {
            switch error {
            case .streamLimit:
                let reason = StreamCloseReason.streamLimit.name
                answer(.failure(ClientError(.streamClosed, "too many streams are open", reason: reason)))
            case .draining, .idsExhausted:
                detach(session)
                session.retire(.goaway)
                wait(target, consumer, timeout, answer)
            }
        }
    }

    func openAssociation(_ consumer: any DatagramConsumer, for count: Int) -> Line? {
        guard let session, let id = try? session.openAssociation(consumer, for: count) else {
            traffic.datagramsDropped += 1
            return nil
        }
        return Line(session: session, id: id)
    }

    private func wait(
        _ target: TargetAddress, _ consumer: any StreamConsumer, _ timeout: TimeAmount, _ answer: @escaping Answer
    ) {
        guard waiters.count < Self.maximumWaiters else {
            return answer(.failure(ClientError(.timeout, "too many streams wait for the tunnel")))
        }
        let number = nextWaiter
        nextWaiter += 1
        let timer = eventLoop.assumeIsolated().scheduleTask(in: timeout) { self.expire(number) }
        waiters[number] = Waiter(target: target, consumer: consumer, timeout: timeout, timer: timer, answer: answer)
    }

    private func expire(_ number: UInt64) {
        guard session?.isPaused != true else {
            waiters[number]?.timer = eventLoop.assumeIsolated().scheduleTask(in: .seconds(1)) { self.expire(number) }
            return
        }
        waiters.removeValue(forKey: number)?.answer(.failure(ClientError(.timeout, "the tunnel is not connected")))
    }
}
