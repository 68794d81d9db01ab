import Crypto
import Foundation
import HTTVPSPostgres

struct Changes: Sendable {
    private static let attempts = 3

    let pool: PostgresPool
    let keptAnswers: KeptAnswerStore

    func perform(
        _ call: Call, _ change: @Sendable (PostgresTransaction) async throws -> Answer
    ) async throws -> Answer {
        for _ in 1..<Self.attempts {
            do {
                return try await performOnce(call, change)
            } catch let error as PostgresError where error.isSerializationFailure {
                continue
            }
        }
        return try await performOnce(call, change)
    }

    private func performOnce(
        _ call: Call, _ change: @Sendable (PostgresTransaction) async throws -> Answer
    ) async throws -> Answer {
        try await pool.transaction { transaction in
            guard let key = call.idempotencyKey, let owner = call.caller.id else {
                return try await change(transaction)
            }
            let slot = KeptAnswerSlot(owner: owner, path: call.path, key: key)
            return try await kept(call, slot, transaction, change)
        }
    }

    private func kept(
        _ call: Call, _ slot: KeptAnswerSlot, _ transaction: PostgresTransaction,
        _ change: @Sendable (PostgresTransaction) async throws -> Answer
    ) async throws -> Answer {
        let isAlone = try await keptAnswers.lock(slot, on: transaction)
        let hash = Array(SHA256.hash(data: call.body))
        if let kept = try await keptAnswers.find(slot, at: call.now, on: transaction) {
            guard kept.bodyHash == hash else {
                throw ProblemError(
                    .idempotencyKeyReused, "This Idempotency-Key was used before with another body.")
            }
            return kept.replay
        }
        guard isAlone else {
            throw ProblemError.retryLater(
                .idempotencyKeyInProgress, "A request with this Idempotency-Key is still running.", seconds: 1)
        }
        let answer = try await change(transaction)
        try await keptAnswers.keep(KeptAnswer(answer, bodyHash: hash), in: slot, at: call.now, on: transaction)
        return answer
    }
}
