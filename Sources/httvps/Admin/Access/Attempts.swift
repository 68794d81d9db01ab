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
        case finish(AdminBackend.Answer)
        case repeatAfter(Duration, because: String)
        case fail(ExitStatus.Failure)
    }

    static let senseless = ExitStatus.Failure(
        status: .unreachable, message: "the backend's answer makes no sense; is this an HTTVPS backend?")

    let patience: Patience
    let repeating: Repeating
    let form: AnswerForm
    let advice: String?
    private var made = 0
    private var mayBeDone = false

    init(_ patience: Patience, _ repeating: Repeating, _ form: AnswerForm, advice: String?) {
        self.patience = patience
        self.repeating = repeating
        self.form = form
        self.advice = advice
    }

    mutating func heard(_ answer: BackendAnswer) -> Action {
        made += 1
        if (200..<300).contains(answer.status) {
            guard let object = form.object(in: answer) else {
                return advice == nil ? .fail(Self.senseless) : lost(Self.senseless)
            }
            let isReplay = !mayBeDone && answer.header("Idempotency-Replayed") == "true"
            return .finish(AdminBackend.Answer(object: object, tag: answer.header("ETag"), isReplay: isReplay))
        }
        let refusal = Refusal(
            status: answer.status, problem: try? JSONDecoder().decode(Problem.self, from: answer.body),
            waitSeconds: answer.header("Retry-After").flatMap(Int.init))
        if answer.status >= 500, !refusal.isPassing {
            if refusal.problem == nil { return lost(refusal.failure) }
            mayBeDone = true
        }
        if repeating != .never, refusal.isPassing, made < patience.attempts, let wait = refusal.waitSeconds,
            (0...patience.longestWait).contains(wait)
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
        return .repeatAfter(patience.pause, because: "asking again: \(failure.message)")
    }

    private func advised(_ failure: ExitStatus.Failure) -> ExitStatus.Failure {
        guard mayBeDone, let advice else { return failure }
        var failure = failure.adding(advice)
        failure.mayBeDone = true
        return failure
    }
}
