package import Foundation

package struct SiteCertificate: Sendable {
    package let certificate: String
    package let key: String

    package static let shared = Task { try await make() }

    package static func make(
        names: String = "DNS:localhost,IP:127.0.0.1", in parent: URL = FileManager.default.temporaryDirectory
    ) async throws -> SiteCertificate {
        let folder = parent.appendingPathComponent("httvps-site-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let made = SiteCertificate(
            certificate: folder.appendingPathComponent("cert.pem").path,
            key: folder.appendingPathComponent("key.pem").path)
        let openssl = try ChildProcess(
            executable: "/usr/bin/openssl",
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=localhost", "-addext", "subjectAltName=\(names)", "-days", "2", "-keyout", made.key, "-out",
                made.certificate,
            ])
        guard try await openssl.waitUntilExit() == 0 else { throw CancellationError() }
        return made
    }
}
