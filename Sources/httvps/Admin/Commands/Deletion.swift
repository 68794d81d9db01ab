struct Deletion {
    struct Outcome: Sendable {
        var deleted: [String] = []
        var doubtful: String?
        var failure: (any Error)?

        var json: JSON { .object(["deleted": .array(deleted.map(JSON.text))]) }

        var sentence: String {
            let done = deleted.isEmpty ? nil : "deleted \(deleted.joined(separator: ", "))"
            let doubt = doubtful.map { "\($0) may be deleted" }
            let parts = [done, doubt].compactMap(\.self)
            return parts.isEmpty ? "nothing was deleted" : parts.joined(separator: "; ")
        }
    }

    var resource: ResourceDescription
    var ids: [String]
    var tag: String?

    func run(_ backend: AdminBackend) async throws -> Outcome {
        try await Interruption.heeding(.atFirstSignal) { interruption in
            var outcome = Outcome()
            var progress = Progress(of: ids.count, doing: "deleted")
            defer { progress.end() }
            for id in ids {
                do {
                    try await delete(id, backend, &outcome)
                    if let signal = interruption.signal { throw Interruption.Ended(signal: signal, message: "") }
                } catch {
                    outcome.failure = failure(error, id, outcome, interruption)
                    break
                }
                progress.step()
            }
            return outcome
        }
    }

    private func delete(_ id: String, _ backend: AdminBackend, _ outcome: inout Outcome) async throws {
        let seen = try await backend.tag(resource.name, id, given: tag)
        outcome.doubtful = id
        do {
            try await backend.delete(resource.name, id, ifMatch: seen)
        } catch let failure as ExitStatus.Failure where !failure.mayBeDone {
            outcome.doubtful = nil
            throw failure
        }
        outcome.doubtful = nil
        outcome.deleted.append(id)
    }

    private func failure(
        _ error: any Error, _ id: String, _ outcome: Outcome, _ interruption: Interruption
    ) -> any Error {
        if let signal = interruption.signal {
            return Interruption.Ended(signal: signal, message: "stopped by a signal: \(outcome.sentence)")
        }
        guard ids.count > 1, let failure = error as? ExitStatus.Failure else { return error }
        return ExitStatus.Failure(status: failure.status, message: "\(id): \(failure.message)").adding(outcome.sentence)
    }
}
