import ArgumentParser

struct KeyOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Repeat what was sent with this key within a day: it is done once, and its first answer is shown again.",
            valueName: "key"))
    var idempotencyKey: String?

    func validate() throws {
        guard idempotencyKey.map(IdempotencyKey.isAllowed) ?? true else { throw ValidationError(IdempotencyKey.rule) }
    }

    func ask(
        _ access: AdminAccess, _ resource: ResourceDescription,
        _ body: @escaping @Sendable (IdempotencyKey) async throws -> AdminBackend.Answer
    ) async throws {
        let key = idempotencyKey.map { IdempotencyKey($0) } ?? .random
        let answer = try await Interruption.doubting(key.advice) { try await body(key) }
        if answer.isReplay { Terminal.complain("this was done before; its first answer is shown again") }
        do { try access.show(answer, of: resource) } catch let failure as ExitStatus.Failure {
            throw key.done(failure)
        }
    }
}
