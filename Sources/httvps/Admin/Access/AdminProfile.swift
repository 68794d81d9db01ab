import Foundation
import HTTVPSClient

struct AdminProfile: Codable, Equatable, Sendable {
    var backend: String
    var token: String
    var caCert: String?

    enum CodingKeys: String, CodingKey {
        case backend, token
        case caCert = "ca_cert"
    }

    static func checked(_ token: String) throws(ClientError) -> String {
        let token = token.trimmingCharacters(in: .whitespacesAndNewlines)
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ClientError(.configuration, "the token is empty or holds characters that no token has")
        }
        return token
    }

    static func name(_ given: String?, _ environment: [String: String]) -> String {
        given ?? environment["HTTVPS_ADMIN_PROFILE"].flatMap { $0.isEmpty ? nil : $0 } ?? AdminProfileFile.defaultName
    }

    static func choose(named name: String?, _ environment: [String: String]) async throws -> AdminProfile {
        let profile = name ?? environment["HTTVPS_ADMIN_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
        if profile == nil, let token = environment["HTTVPS_ADMIN_TOKEN"], !token.isEmpty {
            guard let backend = environment["HTTVPS_BACKEND_URL"], !backend.isEmpty else {
                throw ClientError(.configuration, "HTTVPS_ADMIN_TOKEN goes with HTTVPS_BACKEND_URL, which is not set")
            }
            let authority = environment["HTTVPS_CA_CERT"].flatMap { $0.isEmpty ? nil : $0 }
            return AdminProfile(backend: backend, token: try checked(token), caCert: authority)
        }
        let file = try AdminProfileFile(name: self.name(name, environment), environment)
        guard let kept = try await file.read() else {
            throw ClientError(
                .configuration, "no operator is signed in under the name \(file.name); sign in: httvps admin login")
        }
        return kept
    }
}

extension AdminProfile: CustomStringConvertible {
    var description: String { backend }
}
