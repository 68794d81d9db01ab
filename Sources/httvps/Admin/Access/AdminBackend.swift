import Foundation
import HTTVPSProtocol
import NIOHTTP1

struct AdminBackend: Sendable {
    struct Answer: Sendable {
        var object: JSON
        var tag: String?
    }

    static let patience = 3

    let client: BackendClient
    let token: String?

    func read(_ path: String..., query: [(String, String)] = []) async throws -> Answer {
        try await ask(.GET, path, query: query)
    }

    func create(_ path: String..., body: Data, key: IdempotencyKey) async throws -> Answer {
        try await ask(.POST, path, body: body, header: ("Idempotency-Key", key.text))
    }

    func change(_ path: String..., body: Data, ifMatch tag: String) async throws -> Answer {
        try await ask(.PATCH, path, body: body, header: ("If-Match", tag))
    }

    func delete(_ path: String..., ifMatch tag: String) async throws {
        _ = try await ask(.DELETE, path, header: ("If-Match", tag))
    }

    private func ask(
        _ method: HTTPMethod, _ path: [String], query: [(String, String)] = [], body: Data? = nil,
        header: (String, String)? = nil
    ) async throws -> Answer {
        let path = "\(ControlPlanePath.admin)/" + path.map(Self.segment).joined(separator: "/")
        var request = BackendRequest(method: method, path: path + Self.text(query))
        request.body = body
        if let header { request.headers.append(header) }
        return try await send(request, mayRepeat: method == .GET || method == .POST)
    }

    func explain(_ body: JSON) async throws -> Answer {
        var request = BackendRequest(method: .POST, path: ControlPlanePath.assignOutline + "?explain=true")
        request.body = body.data
        return try await send(request, mayRepeat: true)
    }

    func signIn(email: String, password: String) async throws -> Answer {
        var request = BackendRequest(method: .POST, path: ControlPlanePath.signIn)
        request.body = JSON.object(["email": .text(email), "password": .text(password)]).data
        return try await send(request, mayRepeat: false)
    }

    func tag(_ resource: String, _ id: String, given: String?) async throws -> String {
        if let given { return given }
        guard let tag = try await read(resource, id).tag else { throw Self.senseless }
        return tag
    }

    private func send(_ request: BackendRequest, mayRepeat: Bool) async throws -> Answer {
        var request = request
        if let token { request.headers.append(("Authorization", "Bearer \(token)")) }
        var attempts = 1
        while true {
            let answer = try await client.exchange(request)
            if (200..<300).contains(answer.status) {
                return Answer(object: try Self.object(answer), tag: answer.header("ETag"))
            }
            let refusal = Refusal(
                status: answer.status, problem: try? JSONDecoder().decode(Problem.self, from: answer.body),
                waitSeconds: answer.header("Retry-After").flatMap(Int.init))
            guard mayRepeat, refusal.isPassing, attempts < Self.patience, let wait = refusal.waitSeconds, wait <= 30
            else { throw refusal.failure }
            attempts += 1
            Terminal.complain("the backend asks to wait \(wait) s")
            try await Task.sleep(for: .seconds(max(wait, 1)))
        }
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
