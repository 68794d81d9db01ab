import Foundation
import Logging

extension RequestPipeline {
    struct Progress {
        let path: String
        let address: String
        let trace: RequestTrace
        let now: Date
        let logger: Logger
        let span: RequestSpan?
        var route = "unmatched"
        var caller = Caller.none
        var isLimited = true
        var verdict: RateVerdict?

        func outcome(_ answer: Answer) -> Outcome {
            var answer = answer
            if isLimited { verdict?.write(to: &answer.headers) }
            return Outcome(answer: answer, route: route, caller: caller)
        }

        func outcome(_ problem: ProblemError) -> Outcome {
            var outcome = outcome(problem.answer(instance: path, requestID: trace.requestID))
            outcome.code = problem.code
            outcome.cause = problem.cause
            return outcome
        }
    }
}
