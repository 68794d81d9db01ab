struct OperationID: Hashable, Sendable {
    let number: UInt64
}

struct Operation: Sendable {
    typealias Reply = CheckedContinuation<Result<PostgresResult, PostgresError>, Never>

    enum Body: Sendable {
        case query(SQLQuery)
        case script(String)
    }

    enum Origin: Sendable {
        case caller(Reply)
        case setup
    }

    var id: OperationID
    var body: Body
    var limit: Duration
    var origin: Origin

    func answer(_ result: Result<PostgresResult, PostgresError>) {
        if case .caller(let reply) = origin { reply.resume(returning: result) }
    }
}
