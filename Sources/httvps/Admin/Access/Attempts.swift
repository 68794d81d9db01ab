import Foundation
import HTTVPSClient
import HTTVPSProtocol

struct Attempts {
    enum Repeating {
        case never
        case afterRefusal
        case afterLoss
    }

    enum Action {
        case finish(BackendAnswer, isReplay: Bool)
        case repeatAfter(Duration, because: String)
        case fail(ExitStatus.Failure)
    }

    private static let gatewayFaults: Set<Int> = [502, 504]

    let patience: Patience
    let repeating: Repeating
    let advice: String?
    private var made = 0
    private var mayBeDone = false

    init(_ patience: Patience, _ repeating: Repeating, advice: String?) {
        self.patience = patience
        self.repeating = repeating
        self.advice = advice
    }

    mutating func heard(_ answer: BackendAnswer) -> Action {
        made += 1
        if (200..<300).contains(answer.status) {
            return .finish(answer, isReplay: !mayBeDone && answer.header("Idempotency-Replayed") == "true")
        }
        let refusal = Refusal(
            status: answer.status, problem: try? JSONDecoder().decode(Problem.self, from: answer.body),
            waitSeconds: answer.header("Retry-After").flatMap(Int.init))
        if refusal.problem == nil, Self.gatewayFaults.contains(answer.status) { return lost(refusal.failure) }
        if repeating != .never, refusal.isPassing, made < patience.attempts, let wait = refusal.waitSeconds,
            wait <= patience.longestWait
        {
            return .repeatAfter(.seconds(max(wait, 1)), because: "the backend asks to wait \(wait) s")
        }
        let isOpen = refusal.isPassing || refusal.failure.status != .rejected
        return .fail(isOpen ? advised(refusal.failure) : refusal.failure)
    }

    mutating func failed(_ error: ClientError) -> Action {
        made += 1
        let failure = ExitStatus.Failure(status: ExitStatus(error) ?? .unreachable, message: "\(error)")
        guard mayBeDone || SendingFailure.mayHaveArrived(error) else { return .fail(failure) }
        return lost(failure)
    }

    private mutating func lost(_ failure: ExitStatus.Failure) -> Action {
        mayBeDone = true
        guard repeating == .afterLoss, made < patience.attempts else { return .fail(advised(failure)) }
        return .repeatAfter(patience.pause, because: "\(failure.message); asking again")
    }

    private func advised(_ failure: ExitStatus.Failure) -> ExitStatus.Failure {
        guard mayBeDone, let advice else { return failure }
        return failure.adding(advice)
    }
}
