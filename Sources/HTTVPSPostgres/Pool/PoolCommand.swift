struct LeaseID: Hashable, Sendable {
    let number: UInt64
}

enum PoolCommand: Sendable {
    typealias LeaseReply = CheckedContinuation<Result<LeaseID, PostgresError>, Never>

    case query(Operation)
    case lease(OperationID, LeaseReply)
    case run(Operation, on: LeaseID)
    case release(LeaseID, keep: Bool)
    case cancel(OperationID)
    case cancelSent(ConnectionID)
    case shutdown(CheckedContinuation<Void, Never>?)

    func refuse(_ error: PostgresError) {
        switch self {
        case .query(let operation), .run(let operation, _): operation.answer(.failure(error))
        case .lease(_, let reply): reply.resume(returning: .failure(error))
        case .shutdown(let reply): reply?.resume()
        case .release, .cancel, .cancelSent: break
        }
    }
}
