import HTTVPSProtocol
import NIOCore

struct Lifeline: Sendable {
    private enum Result {
        case resumed(attempt: UInt64)
        case unneeded
        case successor(NIOLoopBound<ClientSession>)
        case over(SessionEnd)
        case failed(SessionEnd)
    }

    let session: NIOLoopBound<ClientSession>
    let nap: Nap
    let eventLoop: any EventLoop
    let greeter: Greeter
    let board: StateBoard
    let clock: TunnelClock
    let window: Duration

    func follow() async {
        while let trouble = try? await eventLoop.flatSubmit({ session.value.nextTrouble() }).get() {
            if case .over = trouble { return }
            await mend(trouble)
        }
    }

    private func mend(_ trouble: ClientSession.Trouble) async {
        var policy = ResumePolicy(window: window)
        let began = clock.now()
        await publish(.paused(reason: trouble.reason, since: began))
        while true {
            switch await attempt(trouble) {
            case .resumed(let attempt):
                return await publish(.resumed(after: clock.now() - began, attempt: Int(clamping: attempt)))
            case .unneeded: return await publish(.resumed(after: clock.now() - began, attempt: 0))
            case .successor(let next): return await onSession { $0.succeed(with: next.value) }
            case .over(let end): return await onSession { $0.finish(end, closeCode: nil) }
            case .failed(let end):
                let elapsed = clock.now() - began
                guard let pause = policy.next(elapsed: elapsed, jitter: .random(in: 0...1)) else {
                    return await onSession { $0.giveUp(end) }
                }
                await nap.sleep(pause, on: clock)
            }
        }
    }

    private func attempt(_ trouble: ClientSession.Trouble) async -> Result {
        switch await greeter.resume(session, for: trouble) {
        case .resumed(let attempt): .resumed(attempt: attempt)
        case .unneeded: .unneeded
        case .session(let next): .successor(next)
        case .failed(.refused(reason: RefusalReason.invalidToken.rawValue)): await renew()
        case .failed(.refused(let reason)): .over(.refused(reason: reason))
        case .failed(let end): .failed(end)
        }
    }

    private func renew() async -> Result {
        switch await greeter.renew(session) {
        case .session(let next): .successor(next)
        case .failed(let end): .over(end)
        case .resumed, .unneeded: .over(.refused(reason: RefusalReason.invalidToken.rawValue))
        }
    }

    private func publish(_ state: TunnelState) async {
        await onSession { session in
            if !session.isRetired { board.publish(state) }
        }
    }

    private func onSession(_ work: @escaping @Sendable (ClientSession) -> Void) async {
        try? await eventLoop.submit { work(session.value) }.get()
    }
}

extension ClientSession.Trouble {
    var reason: String {
        switch self {
        case .over(let end): end.error.message
        case .broken(let message): message
        case .doubtful: "the gateway does not answer"
        case .moved: "the network changed"
        }
    }
}
