import Foundation
import HTTVPSClient
import HTTVPSProtocol
import NIOHTTP1

struct AdminBackend: Sendable {
    struct Answer: Sendable {
        var object: JSON
        var tag: String?
        var isReplay = false
    }

    let client: BackendClient
    let token: String?
    var patience = Patience()

    func list(_ path: String, _ query: [(String, String)]) async throws -> Answer {
        try await ask(.GET, [path], .page, query: query)
    }

    func read(_ resource: String, _ id: String) async throws -> Answer {
        try await ask(.GET, [resource, id], Self.thing)
    }

    func create(_ resource: String, body: Data, key: IdempotencyKey) async throws -> Answer {
        try await ask(.POST, [resource], Self.thing, body: body, header: key.header, advice: key.advice)
    }

    func act(
        _ resource: String, _ id: String, _ action: ResourceAction, body: Data, key: IdempotencyKey
    ) async throws -> Answer {
        let path = [resource, id, action.name]
        return try await ask(
            .POST, path, .object(action.answers), body: body, header: key.header, advice: key.advice)
    }

    func change(_ resource: String, _ id: String, body: Data, ifMatch tag: String) async throws -> Answer {
        try await ask(
            .PATCH, [resource, id], Self.thing, body: body, header: ("If-Match", tag),
            advice: Self.look(resource, id))
    }

    func delete(_ resource: String, _ id: String, ifMatch tag: String) async throws {
        _ = try await ask(
            .DELETE, [resource, id], .nothing, header: ("If-Match", tag), advice: Self.look(resource, id))
    }

    private func ask(
        _ method: HTTPMethod, _ path: [String], _ form: AnswerForm, query: [(String, String)] = [],
        body: Data? = nil, header: (String, String)? = nil, advice: String? = nil
    ) async throws -> Answer {
        let path = "\(ControlPlanePath.admin)/" + path.map(Self.segment).joined(separator: "/")
        var request = BackendRequest(method: method, path: path + Self.text(query))
        request.body = body
        if let header { request.headers.append(header) }
        let isHarmless = method == .GET || method == .POST
        let repeating = isHarmless ? Attempts.Repeating.afterLoss : .afterRefusal
        return try await send(request, Attempts(patience, repeating, form, advice: advice))
    }

    func explain(_ body: JSON) async throws -> Answer {
        var request = BackendRequest(method: .POST, path: ControlPlanePath.assignOutline + "?explain=true")
        request.body = body.data
        return try await send(request, Attempts(patience, .afterLoss, .object(["candidates"]), advice: nil))
    }

    func signIn(email: String, password: String) async throws -> Answer {
        var request = BackendRequest(method: .POST, path: ControlPlanePath.signIn)
        request.body = JSON.object(["email": .text(email), "password": .text(password)]).data
        return try await send(request, Attempts(patience, .never, .object(["access_token"]), advice: nil))
    }

    func tag(_ resource: String, _ id: String, given: String?) async throws -> String {
        if let given { return given }
        guard let tag = try await read(resource, id).tag else { throw Attempts.senseless }
        return tag
    }

    private func send(_ request: BackendRequest, _ attempts: Attempts) async throws -> Answer {
        var (request, attempts) = (request, attempts)
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        while true {
            switch await outcome(of: request, &attempts) {
            case .finish(let answer): return answer
            case .fail(let failure): throw failure
            case .repeatAfter(let pause, let reason):
                try Task.checkCancellation()
                if TerminalStream.errors.showsLines { TerminalStream.errors.replaceLine("") }
                Terminal.complain(reason)
                try await Task.sleep(for: pause)
            }
        }
    }

    private func outcome(of request: BackendRequest, _ attempts: inout Attempts) async -> Attempts.Action {
        do throws(ClientError) {
            return attempts.heard(try await client.exchange(request))
        } catch {
            return attempts.failed(error)
        }
    }

    static func look(_ resource: String, _ id: String) -> String {
        "it may have been done; look at it: httvps admin \(resource) show \(id)"
    }

    private static let thing = AnswerForm.object(["id"])

    private static func segment(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_.")))
            ?? text
    }

    private static func text(_ query: [(String, String)]) -> String {
        guard !query.isEmpty else { return "" }
        return "?" + query.map { "\(segment($0.0))=\(segment($0.1))" }.joined(separator: "&")
    }
}
