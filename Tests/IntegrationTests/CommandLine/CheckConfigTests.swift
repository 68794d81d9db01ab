import Foundation
import HTTVPSTestSupport
import Testing

@Suite("httvps-gateway check-config")
struct CheckConfigTests {
    @Test("tells until when the certificate is good, and names a key that does not fit")
    func certificate() async throws {
        let (one, other) = (try await SiteCertificate.make(), try await SiteCertificate.make())
        let good = try await check(certificate: one.certificate, key: one.key)
        #expect(good.status == 0 && good.output.contains("good until"), "\(good.output)")
        let mixed = try await check(certificate: one.certificate, key: other.key)
        #expect(mixed.status == 78 && mixed.output.contains("cannot start"), "\(mixed.output)")
        let absent = try await check(certificate: one.certificate + ".no", key: one.key)
        #expect(absent.status == 78, "\(absent.output)")
    }

    private func check(certificate: String, key: String) async throws -> (status: Int32, output: String) {
        let process = try ChildProcess(
            executable: LocalStack.repository.appendingPathComponent(".build/debug/httvps-gateway").path,
            arguments: ["check-config"],
            environment: [
                "PATH": "/usr/bin:/bin", "GATEWAY_TLS_CERT_PATH": certificate, "GATEWAY_TLS_KEY_PATH": key,
                "GATEWAY_LISTEN_ADDR": "127.0.0.1:8443", "BACKEND_BASE_URL": "http://127.0.0.1:8080",
                "GATEWAY_NODE_ID": "gwy_test", "GATEWAY_TOKEN": "hvg_test",
                "GATEWAY_PUBLIC_URL": "wss://localhost:8443/ws",
            ],
            workingDirectory: FileManager.default.temporaryDirectory)
        return (try await process.waitUntilExit(within: .seconds(60)), process.output)
    }
}
