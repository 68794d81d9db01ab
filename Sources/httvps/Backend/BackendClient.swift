import AsyncHTTPClient
import Foundation
import HTTVPSClient
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL

struct BackendClient: Sendable {
    private static let answerLimit = 16_777_216
    private static let loopback: Set<String> = ["127.0.0.1", "localhost", "::1", "[::1]"]

    let base: String
    let authority: String?
    let timeout: TimeAmount
    private let http: HTTPClient

    static func talking<Result: Sendable>(
        to address: String, authority: String?, timeout: TimeAmount = .seconds(30),
        _ body: (BackendClient) async throws -> Result
    ) async throws -> Result {
        let client = try BackendClient(address, authority: authority, timeout: timeout)
        do {
            let result = try await body(client)
            try? await client.http.shutdown()
            return result
        } catch {
            try? await client.http.shutdown()
            throw error
        }
    }

    static func checkedBase(_ address: String) throws(ClientError) -> String {
        guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty, parts.query == nil,
            parts.fragment == nil, parts.user == nil, let scheme = parts.scheme?.lowercased()
        else {
            let given = address.contains("@") ? ", without a user's name" : ", not \(address)"
            throw ClientError(.configuration, "the backend's address looks like https://host\(given)")
        }
        guard scheme == "https" || scheme == "http" && loopback.contains(host.lowercased()) else {
            throw ClientError(
                .configuration, "the backend's address must begin with https://, so that no one reads along")
        }
        return address.hasSuffix("/") ? String(address.dropLast()) : address
    }

    private init(_ address: String, authority: String?, timeout: TimeAmount) throws {
        base = try Self.checkedBase(address)
        self.authority = authority
        self.timeout = timeout
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = try Self.tls(authority)
        http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    func enroll(_ enrollment: Enrollment) async throws -> DeviceProfile {
        let answer = try await exchange(
            BackendRequest(method: .POST, path: Enrollment.path, body: try enrollment.body()))
        var profile = try enrollment.profile(status: answer.status, body: answer.body)
        profile.backend = base
        profile.certificateAuthorityFile = authority
        return profile
    }

    func exchange(_ request: BackendRequest) async throws(ClientError) -> BackendAnswer {
        do {
            var message = HTTPClientRequest(url: base + request.path)
            message.method = request.method
            message.headers = HTTPHeaders([("Accept", "application/json")] + request.headers)
            if let body = request.body {
                message.headers.add(name: "Content-Type", value: "application/json")
                message.body = .bytes(ByteBuffer(data: body))
            }
            return try await answer(to: message)
        } catch {
            throw ClientError(
                .unreachable, "the backend \(base) cannot be reached: \(Self.sentence(error))", cause: error)
        }
    }

    private func answer(to message: HTTPClientRequest) async throws -> BackendAnswer {
        let response = try await http.execute(message, timeout: timeout)
        let body = try await withThrowingTaskGroup(of: ByteBuffer.self) { [timeout] group in
            group.addTask { try await response.body.collect(upTo: Self.answerLimit) }
            group.addTask {
                try await Task.sleep(for: .nanoseconds(timeout.nanoseconds))
                throw HTTPClientError.readTimeout
            }
            defer { group.cancelAll() }
            return try await group.next()
        }
        return BackendAnswer(
            status: Int(response.status.code), headers: response.headers, body: body.map { Data(buffer: $0) } ?? Data())
    }

    private static func sentence(_ error: any Error) -> String {
        if error is NIOTooManyBytesError { return "its answer is larger than \(answerLimit >> 20) MiB" }
        return switch error as? HTTPClientError {
        case .connectTimeout?, .readTimeout?, .deadlineExceeded?: "no answer in time"
        case .remoteConnectionClosed?: "it closed the connection without an answer"
        case let error? where error.description.contains("invalidHeader"):
            "a header holds characters that cannot be sent"
        case let error?: error.description
        case nil: ConnectFailure.sentence(error)
        }
    }

    private static func tls(_ authority: String?) throws(ClientError) -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let authority else { return configuration }
        configuration.trustRoots = .file(try AuthorityFile.checked(authority))
        return configuration
    }
}
