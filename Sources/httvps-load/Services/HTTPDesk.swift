import AsyncHTTPClient
import Foundation
import NIOCore
import NIOFoundationCompat
import NIOHTTP1

struct HTTPDesk: Sendable {
    struct Answer: Sendable {
        var status: Int
        var retryAfter: Double?
        var body: Data
    }

    private static let answerLimit = 33_554_432
    private static let patience = TimeAmount.seconds(60)

    let client: HTTPClient

    init() {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 32
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func exchange(_ method: HTTPMethod, _ url: String, token: String? = nil, body: Data? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: url)
        request.method = method
        if let token { request.headers.add(name: "Authorization", value: "Bearer \(token)") }
        if let body {
            request.headers.add(name: "Content-Type", value: "application/json")
            request.body = .bytes(ByteBuffer(data: body))
        }
        let response = try await client.execute(request, timeout: Self.patience)
        let bytes = try await response.body.collect(upTo: Self.answerLimit)
        return Answer(
            status: Int(response.status.code),
            retryAfter: response.headers.first(name: "Retry-After").flatMap(Double.init),
            body: Data(buffer: bytes))
    }

    func page(_ url: String) async throws(LoadError) -> MetricsPage {
        do {
            let answer = try await exchange(.GET, url)
            guard answer.status == 200 else { throw LoadError(.metrics, "\(url) answers \(answer.status)") }
            return MetricsPage(String(decoding: answer.body, as: UTF8.self))
        } catch {
            throw (error as? LoadError) ?? LoadError(.metrics, "\(url) cannot be read: \(error)", cause: error)
        }
    }
}
