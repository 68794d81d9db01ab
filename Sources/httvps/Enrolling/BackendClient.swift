import AsyncHTTPClient
import Foundation
import HTTVPSClient
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import NIOSSL

struct BackendClient: Sendable {
    private static let answerLimit = 1_048_576
    private static let loopback: Set<String> = ["127.0.0.1", "localhost", "::1", "[::1]"]

    let base: String
    let authority: String?
    let timeout: TimeAmount

    init(_ address: String, authority: String?, timeout: TimeAmount = .seconds(30)) throws(ClientError) {
        guard let parts = URLComponents(string: address), let host = parts.host, !host.isEmpty, parts.query == nil,
            parts.fragment == nil, parts.user == nil, let scheme = parts.scheme?.lowercased()
        else {
            let given = address.contains("@") ? ", without a user's name" : ", not \(address)"
            throw ClientError(.configuration, "the backend's address looks like https://host\(given)")
        }
        guard scheme == "https" || scheme == "http" && Self.loopback.contains(host.lowercased()) else {
            throw ClientError(
                .configuration, "the backend's address must begin with https://, so that no one reads along")
        }
        base = address.hasSuffix("/") ? String(address.dropLast()) : address
        self.authority = authority
        self.timeout = timeout
    }

    func enroll(_ enrollment: Enrollment) async throws(ClientError) -> DeviceProfile {
        let answer: (status: Int, body: Data)
        do {
            answer = try await post(Enrollment.path, try enrollment.body())
        } catch let error as ClientError {
            throw error
        } catch {
            throw ClientError(
                .unreachable, "the backend \(base) cannot be reached: \(Self.sentence(error))", cause: error)
        }
        var profile = try enrollment.profile(status: answer.status, body: answer.body)
        profile.backend = base
        profile.certificateAuthorityFile = authority
        return profile
    }

    private func post(_ path: String, _ body: Data) async throws -> (status: Int, body: Data) {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.tlsConfiguration = try tls()
        let client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
        do {
            var request = HTTPClientRequest(url: base + path)
            request.method = .POST
            request.headers = ["Content-Type": "application/json", "Accept": "application/json"]
            request.body = .bytes(ByteBuffer(data: body))
            let response = try await client.execute(request, timeout: timeout)
            let answer = Data(buffer: try await response.body.collect(upTo: Self.answerLimit))
            try? await client.shutdown()
            return (Int(response.status.code), answer)
        } catch {
            try? await client.shutdown()
            throw error
        }
    }

    private static func sentence(_ error: any Error) -> String {
        switch error as? HTTPClientError {
        case .connectTimeout?, .readTimeout?, .deadlineExceeded?: "no answer in time"
        case .remoteConnectionClosed?: "it closed the connection without an answer"
        case let error?: error.description
        case nil: ConnectFailure.sentence(error)
        }
    }

    private func tls() throws -> TLSConfiguration {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        guard let authority else { return configuration }
        configuration.trustRoots = .file(try AuthorityFile.checked(authority))
        return configuration
    }
}
