import Foundation
import HTTVPSClient
import NIOHTTP1
import Testing

@testable import httvps

@Suite("Attempts at a request")
struct AttemptsTests {
    private func answer(_ status: Int, _ headers: [(String, String)] = [], _ body: String = "") -> BackendAnswer {
        BackendAnswer(status: status, headers: HTTPHeaders(headers), body: Data(body.utf8))
    }

    private func wait(_ action: Attempts.Action) -> Duration? {
        if case .repeatAfter(let wait, _) = action { wait } else { nil }
    }

    private func failure(_ action: Attempts.Action) -> (exit: Int32, message: String)? {
        if case .fail(let failure) = action { (failure.status.rawValue, failure.message) } else { nil }
    }

    @Test("wait as the backend asks, changes and deletions too, and end", arguments: [503, 429])
    func refusals(status: Int) {
        for repeating in [Attempts.Repeating.afterRefusal, .afterLoss] {
            var attempts = Attempts(Patience(), repeating, .object([]), advice: "look")
            let busy = answer(status, [("Retry-After", "2")])
            #expect(wait(attempts.heard(busy)) == .seconds(2))
            #expect(wait(attempts.heard(busy)) == .seconds(2))
            #expect(failure(attempts.heard(busy))?.exit == 75)
        }
    }

    @Test(
        "end where the wait is not named or long",
        arguments: [[], [("Retry-After", "31")], [("Retry-After", "-7")], [("Retry-After", "x")]])
    func noWait(headers: [(String, String)]) {
        var attempts = Attempts(Patience(), .afterLoss, .object([]), advice: nil)
        #expect(failure(attempts.heard(answer(503, headers)))?.exit == 75)
    }

    @Test("remember a loss until the backend has said what became of it")
    func memory() {
        let busy = answer(503, [("Retry-After", "1")])
        let lost = ClientError(.unreachable, "no answer")
        var attempts = Attempts(Patience(), .afterLoss, .object([]), advice: "repeat it")
        #expect(wait(attempts.failed(lost)) == .seconds(1))
        #expect(wait(attempts.heard(busy)) == .seconds(1))
        #expect(failure(attempts.heard(busy))?.message.hasSuffix("repeat it") == true)
        var refused = Attempts(Patience(), .afterLoss, .object([]), advice: "repeat it")
        _ = refused.failed(lost)
        #expect(failure(refused.heard(answer(422)))?.message.contains("repeat it") == false)
    }

    @Test("tell a replay of an earlier run from one of their own")
    func replays() {
        let replay = answer(201, [("Idempotency-Replayed", "true")], "{}")
        for (losesFirst, isReplay) in [(false, true), (true, false)] {
            var attempts = Attempts(Patience(), .afterLoss, .object([]), advice: nil)
            if losesFirst { _ = attempts.failed(ClientError(.unreachable, "no answer")) }
            guard case .finish(let told) = attempts.heard(replay) else {
                Issue.record("not finished")
                continue
            }
            #expect(told.isReplay == isReplay)
        }
    }
}
