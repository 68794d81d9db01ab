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

    func read(_ path: String..., query: [(String, String)] = []) async throws -> Answer {
        try await ask(.GET, path, query: query)
    }

    func create(_ path: String..., body: Data, key: IdempotencyKey) async throws -> Answer {
        try await ask(.POST, path, body: body, header: ("Idempotency-Key", key.text), advice: key.advice)
    }

    func change(_ path: String..., body: Data, ifMatch tag: String) async throws -> Answer {
        try await ask(.PATCH, path, body: body, header: ("If-Match", tag), advice: Self.look(path))
    }

    func delete(_ path: String..., ifMatch tag: String) async throws {
        _ = try await ask(.DELETE, path, header: ("If-Match", tag), advice: Self.look(path))
    }

    private func ask(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], body: Data? = nil,
        header: (String, String)? = nil, advice: String? = nil
    ) async throws -> Answer {
        let path = "\(ControlPlanePath.admin)/" + path.map(Self.segment).joined(separator: "/")
        var request = BackendRequest(method: method, path: path + Self.text(query))
        request.body = body
        if let header { request.headers.append(header) }
        let isHarmless = method == .GET || method == .POST
        return try await send(request, Attempts(patience, isHarmless ? .afterLoss : .afterRefusal, advice: advice))
    }

    func explain(_ body: JSON) async throws -> Answer {
        var request = BackendRequest(method: .POST, path: ControlPlanePath.assignOutline + "?explain=true")
        request.body = body.data
        return try await send(request, Attempts(patience, .afterLoss, advice: nil))
    }

    func signIn(email: String, password: String) async throws -> Answer {
        var request = BackendRequest(method: .POST, path: ControlPlanePath.signIn)
        request.body = JSON.object(["email": .text(email), "password": .text(password)]).data
        return try await send(request, Attempts(patience, .never, advice: nil))
    }

    func tag(_ resource: String, _ id: String, given: String?) async throws -> String {
        if let given { return given }
        guard let tag = try await read(resource, id).tag else { throw Self.senseless }
        return tag
    }

    private func send(_ request: BackendRequest, _ attempts: Attempts) async throws -> Answer {
        var (request, attempts) = (request, attempts)
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        while true {
            switch await outcome(of: request, &attempts) {
            case .finish(let answer, let isReplay):
                return Answer(object: try Self.object(answer), tag: answer.header("ETag"), isReplay: isReplay)
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

    private static func look(_ path: [String]) -> String {
        "it may have been done; look at it: httvps admin \(path[0]) show \(path.dropFirst().joined(separator: " "))"
    }

    private static let senseless = ExitStatus.Failure(
        status: .unreachable, message: "the backend's answer makes no sense; is this an HTTVPS backend?")

    private static func object(_ answer: BackendAnswer) throws -> JSON {
        if answer.status == 204 { return .null }
        guard let json = try? JSON(bytes: answer.body), case .object = json else { throw senseless }
        return json
    }

    private static func segment(_ text: String) -> String {
        text.addingPercentEncoding(withAllowedCharacters: .alphanumerics.union(CharacterSet(charactersIn: "-_.")))
            ?? text
    }

    private static func text(_ query: [(String, String)]) -> String {
        guard !query.isEmpty else { return "" }
        return "?" + query.map { "\(segment($0.0))=\(segment($0.1))" }.joined(separator: "&")
    }
}
