import Foundation
import HTTVPSTestSupport

struct TestCertificate {
    let certificate: String
    let key: String

    static let shared = Task { try await make() }

    private static func make() async throws -> TestCertificate {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-certificate-\(UUID())")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let made = TestCertificate(
            certificate: folder.appendingPathComponent("cert.pem").path,
            key: folder.appendingPathComponent("key.pem").path)
        let openssl = try ChildProcess(
            executable: "/usr/bin/openssl",
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj",
                "/CN=localhost", "-days", "2", "-keyout", made.key, "-out", made.certificate,
            ])
        guard try await openssl.waitUntilExit() == 0 else { throw CancellationError() }
        return made
    }
}
