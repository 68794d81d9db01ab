import HTTVPSProtocol

struct Refusal: Equatable {
    var status: Int
    var problem: Problem?
    var waitSeconds: Int?

    var isPassing: Bool { status == 503 || status == 429 || problem?.code == "idempotency_key_in_progress" }

    var failure: ExitStatus.Failure { ExitStatus.Failure(status: exit, message: lines.joined(separator: "\n        ")) }

    private var lines: [String] {
        guard let problem else { return ["the backend answered \(status); is this an HTTVPS backend?"] }
        let faults = (problem.errors ?? []).map { fault in
            Printable.text("\(fault.pointer.isEmpty ? "/" : fault.pointer)  \(fault.code): \(fault.detail)")
        }
        let advice = Self.advice[problem.code].map { [$0] } ?? []
        let request = problem.requestID.map { [Printable.text("request \($0)")] } ?? []
        return [Printable.text("\(problem.detail ?? problem.title) (\(problem.code))")] + faults + advice + request
    }

    private var exit: ExitStatus {
        switch status {
        case 401, 403: .refused
        case 429, 503: .temporary
        case 400..<500: .rejected
        default: .unreachable
        }
    }

    private static let advice = [
        "token_expired": "sign in again: httvps admin login",
        "invalid_token": "sign in again: httvps admin login",
        "unauthenticated": "sign in first: httvps admin login",
        "precondition_failed":
            "it was changed meanwhile: look at it again with `show`, and try again with the ETag it has now",
    ]
}
