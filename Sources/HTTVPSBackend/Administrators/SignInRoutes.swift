import HTTPTypes
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol

struct SignInRoutes: Sendable {
    let desk: AdminDesk
    let store: SignInStore
    let passwords: PasswordDesk
    let tokens: AccessTokens
    private let outcomes: MetricVector<Counter>
    private let queue = SignInQueue()

    init(
        desk: AdminDesk, store: SignInStore, passwords: PasswordDesk, tokens: AccessTokens,
        outcomes: MetricVector<Counter>
    ) {
        self.desk = desk
        self.store = store
        self.passwords = passwords
        self.tokens = tokens
        self.outcomes = outcomes
    }

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, RoutePattern(ControlPlanePath.signIn), body: .required, operation: Self.operation,
                respond: signIn)
        ]
    }

    private static let operation = Operation(
        "Signs an administrator in.",
        body: ObjectShape.openBody(
            MemberShape("email", .text(.length(1...1_000)), .required),
            MemberShape("password", .text(.length(1...1_000)), .required, .secret)
        ).named("SignIn"),
        answers: [
            200: .json(
                ObjectShape.answer(
                    MemberShape("access_token", .text(.length(1...8_192))),
                    MemberShape("token_type", .choice(["Bearer"])), MemberShape("expires_in_sec", .count)
                ).named("SignedIn"))
        ], codes: [.invalidCredentials, .tooManyAttempts])

    private static let refusal = ProblemError(.invalidCredentials, "The e-mail address or the password is wrong.")

    @Sendable private func signIn(_ call: Call) async throws -> Answer {
        let submission = try Self.operation.submission(call)
        let (email, password) = (submission.text("email") ?? "", submission.text("password") ?? "")
        return try await outcomes.countingOutcome {
            try await queue.inTurn(at: call.clientAddress) {
                try await signIn(call, email: email, password: password)
            }
        }
    }

    private func signIn(_ call: Call, email: String, password: String) async throws -> Answer {
        let account = try await store.account(email: email)
        let attempt = try await store.begin(account, email: email, address: call.clientAddress, at: call.now)
        let fits = try await passwords.verify(password, against: account?.passwordHash)
        guard fits, let account, account.isActive else { throw Self.refusal }
        return try await desk.pool.transaction { transaction in
            try await succeed(account, attempt, call, on: transaction)
        }
    }

    private func succeed(
        _ account: SignInStore.Account, _ attempt: SignInStore.Attempt, _ call: Call,
        on transaction: PostgresTransaction
    ) async throws -> Answer {
        guard let account = try await store.unchanged(account, on: transaction) else { throw Self.refusal }
        try await store.forgive(attempt, on: transaction)
        var actor = call
        actor.caller = .administrator(id: account.id, name: account.name, role: account.role)
        let event = AuditEvent(action: .signIn, objectKind: .administrator, objectID: account.id)
        try await desk.audit.write(event, by: actor, on: transaction)
        let token = try await tokens.issue(
            subject: account.id, family: String(account.generation), at: call.now)
        return Answer(json: [
            "access_token": .string(token), "token_type": "Bearer", "expires_in_sec": .integer(tokens.lifetime),
        ])
    }
}
