import Foundation
import NIOHTTP1

struct AdminDesk: Sendable {
    private static let attempts = 40

    let http: HTTPDesk
    let backend: String
    let token: String

    func create<Body: Encodable & Sendable, Result: Decodable>(
        _ path: String, _ body: Body, as: Result.Type = Result.self
    ) async throws -> Result {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        return try Self.decode(try await call(.POST, path, try encoder.encode(body)), path)
    }

    func list<Item: Decodable>(_ path: String, as: Item.Type = Item.self) async throws -> [Item] {
        var items: [Item] = []
        var cursor: String?
        repeat {
            let query = cursor.map { "\(path)&cursor=\($0)" } ?? path
            let page: Page<Item> = try Self.decode(try await call(.GET, query, nil), path)
            items += page.items
            cursor = page.nextCursor
        } while cursor != nil
        return items
    }

    private func call(_ method: HTTPMethod, _ path: String, _ body: Data?) async throws -> Data {
        for _ in 0..<Self.attempts {
            let answer = try await http.exchange(method, "\(backend)/api/v1/admin/\(path)", token: token, body: body)
            switch answer.status {
            case 200..<300: return answer.body
            case 429, 503: try await Task.sleep(for: .seconds(answer.retryAfter ?? 1))
            default:
                let problem = String(decoding: answer.body, as: UTF8.self)
                throw LoadError(.backend, "\(method.rawValue) \(path) answers \(answer.status): \(problem)")
            }
        }
        throw LoadError(.backend, "\(method.rawValue) \(path): the backend asks for patience again and again")
    }

    private static func decode<Result: Decodable>(_ data: Data, _ path: String) throws(LoadError) -> Result {
        do {
            let decoder = JSONDecoder()
            decoder.keyDecodingStrategy = .convertFromSnakeCase
            return try decoder.decode(Result.self, from: data)
        } catch {
            throw LoadError(.backend, "the answer to \(path) is not understood: \(error)", cause: error)
        }
    }

    private struct Page<Item: Decodable>: Decodable {
        var items: [Item]
        var nextCursor: String?
    }
}
