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

    static func choose(named name: String?, _ environment: [String: String]) async throws -> AdminProfile {
        let profile = name ?? environment["HTTVPS_ADMIN_PROFILE"].flatMap { $0.isEmpty ? nil : $0 }
        if profile == nil, let token = environment["HTTVPS_ADMIN_TOKEN"], !token.isEmpty {
            guard let backend = environment["HTTVPS_BACKEND_URL"], !backend.isEmpty else {
                throw ClientError(.configuration, "HTTVPS_ADMIN_TOKEN goes with HTTVPS_BACKEND_URL, which is not set")
            }
            let authority = environment["HTTVPS_CA_CERT"].flatMap { $0.isEmpty ? nil : $0 }
            return AdminProfile(backend: backend, token: token, caCert: authority)
        }
        let file = try AdminProfileFile(name: profile ?? AdminProfileFile.defaultName, environment)
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
