import Foundation
import HTTPTypes
import Hummingbird
import Logging

struct RequestPipeline: Sendable {
    let table: EndpointTable
    let policy: RolePolicy
    let authenticator: any BearerAuthenticator
    let limiter: RateLimiter
    let clientAddress: ClientAddress

    struct Outcome: Sendable {
        var answer: Answer
        var route: String
        var caller: Caller = .none
        var code: ProblemCode?
        var cause: (any Error)?
    }

    func outcome(
        of request: Request, trace: RequestTrace, peer: String?, logger: Logger, now: Date,
        span: RequestSpan? = nil
    ) async -> Outcome {
        let address = clientAddress.address(peer: peer, headers: request.headers)
        var progress = Progress(
            path: Self.path(of: request), address: address, trace: trace, now: now, logger: logger, span: span)
        let result: Result<Answer, ProblemError>
        do {
            result = .success(try await respond(to: request, &progress))
        } catch {
            result = .failure(ProblemError.describing(error))
        }
        if progress.verdict == nil { progress.verdict = limiter.spend(0, by: .none, at: address, now: now) }
        switch result {
        case .success(let answer): return progress.outcome(answer)
        case .failure(let problem): return progress.outcome(problem)
        }
    }

    private func respond(to request: Request, _ progress: inout Progress) async throws -> Answer {
        let match = try resolve(request, &progress)
        let access = policy.access(match.endpoint.method, match.endpoint.pattern)
        try await identify(request, access, &progress)
        try check(access, progress.caller)
        do {
            return try await answer(request, match, progress)
        } catch let problem as ProblemError where Self.concernsBody(problem) {
            try await confirm(&progress)
            throw problem
        }
    }

    private func answer(
        _ request: Request, _ match: EndpointTable.Match, _ progress: Progress
    ) async throws -> Answer {
        let query = try Query.parse(Self.queryText(of: request), shape: match.endpoint.query)
        let key = match.endpoint.takesIdempotencyKey ? try IdempotencyKey.key(in: request.headers) : nil
        let body = try await RequestBodyReader.bytes(of: request, shape: match.endpoint.body)
        let call = Call(
            method: request.method, path: progress.path, parameters: match.parameters, query: query,
            headers: request.headers, body: body,
            json: try RequestBodyReader.json(body, shape: match.endpoint.body), idempotencyKey: key,
            caller: progress.caller, trace: progress.trace, clientAddress: progress.address,
            logger: progress.logger, now: progress.now, span: progress.span)
        return try await match.endpoint.respond(call)
    }

    private func resolve(_ request: Request, _ progress: inout Progress) throws(ProblemError) -> EndpointTable.Match {
        switch table.resolve(request.method, path: progress.path) {
        case .match(let match):
            progress.route = match.endpoint.pattern.text
            return match
        case .methodNotAllowed(let pattern, let allowed):
            progress.route = pattern.text
            let listed = allowed.map(\.rawValue).joined(separator: ", ")
            throw ProblemError(
                .methodNotAllowed, "This path takes \(listed).", headers: [.allow: listed])
        case .notFound: throw ProblemError(.notFound, "Nothing is found at this path.")
        }
    }

    private func identify(
        _ request: Request, _ access: RolePolicy.Access, _ progress: inout Progress
    ) async throws {
        progress.isLimited = !Self.probes.contains(progress.route)
        do {
            progress.caller = try await caller(of: request, access, path: progress.path)
        } catch let problem as ProblemError {
            if problem.status == .unauthorized { try spend(&progress) }
            throw problem
        }
        if progress.isLimited { try spend(&progress) }
    }

    private func caller(of request: Request, _ access: RolePolicy.Access, path: String) async throws -> Caller {
        guard access != .everyone else { return .none }
        let values = request.headers[values: .authorization]
        guard values.count <= 1 else {
            throw ProblemError(.unauthenticated, "The Authorization header is given more than once.")
        }
        if values.isEmpty {
            guard access == .anyCaller else { throw ProblemError(.unauthenticated, CredentialError.absent.message) }
            return .none
        }
        do {
            return try await authenticator.caller(authorization: values.first, path: path)
        } catch let error as CredentialError {
            throw ProblemError(ProblemCode(error.code), error.message)
        }
    }

    private func confirm(_ progress: inout Progress) async throws {
        do {
            try await authenticator.confirm(progress.caller, path: progress.path)
        } catch let error as CredentialError {
            progress.caller = .none
            try spend(&progress)
            throw ProblemError(ProblemCode(error.code), error.message)
        }
    }

    private static func concernsBody(_ problem: ProblemError) -> Bool {
        [.badRequest, .contentTooLarge, .unsupportedMediaType, .unprocessableContent].contains(problem.status)
    }

    private func spend(_ progress: inout Progress) throws {
        let verdict = limiter.spend(by: progress.caller, at: progress.address, now: progress.now)
        progress.verdict = verdict
        try verdict.check()
    }

    private func check(_ access: RolePolicy.Access, _ caller: Caller) throws(ProblemError) {
        guard case .only(let roles) = access else { return }
        guard let role = caller.callerRole, roles.contains(role) else {
            throw ProblemError(.forbidden, "This credential may not use this route.")
        }
    }

    private static let probes: Set<String> = ["/livez", "/readyz"]

    private static func path(of request: Request) -> String {
        let target = request.head.path ?? "/"
        guard target.hasPrefix("/") else { return request.uri.path }
        return String(target.prefix { $0 != "?" && $0 != "#" })
    }

    private static func queryText(of request: Request) -> String? {
        let target = request.head.path ?? "/"
        guard let mark = target.utf8.firstIndex(of: UInt8(ascii: "?")) else { return nil }
        return String(target[target.utf8.index(after: mark)...].prefix { $0 != "#" })
    }
}

extension ProblemCode {
    init(_ code: CredentialError.Code) {
        switch code {
        case .unauthenticated: self = .unauthenticated
        case .invalidToken: self = .invalidToken
        case .tokenExpired: self = .tokenExpired
        }
    }
}
