import Foundation
import HTTVPSObservability
import HTTVPSTestSupport
import Logging
import NIOSSL
import ServiceLifecycle
import Testing

@testable import HTTVPSGateway

struct CertificateReloaderTests {
    private static let quiet = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
    private let folder = FileManager.default.temporaryDirectory.appending(path: "httvps-tls-\(UUID().uuidString)")

    private func path(_ name: String) -> String { folder.appending(path: name).path() }

    private func issue(_ name: String, days: Int) async throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let openssl = try ChildProcess(
            executable: "/usr/bin/openssl",
            arguments: [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "\(days)",
                "-subj", "/CN=\(name)", "-keyout", path("\(name).key"), "-out", path("\(name).pem"),
            ])
        #expect(try await openssl.waitUntilExit() == 0, "\(openssl.output)")
    }

    private func install(_ certificate: String, _ key: String) throws {
        for (source, target) in [(certificate, "cert.pem"), (key, "key.pem")] {
            try Data(contentsOf: folder.appending(path: source)).write(to: folder.appending(path: target))
        }
    }

    private func reloader(_ metrics: GatewayMetrics) throws -> CertificateReloader {
        let listener = ListenerConfiguration(certificatePath: path("cert.pem"), keyPath: path("key.pem"))
        let settings = LiveSettings(
            GatewayConfiguration(
                listener: listener, backend: BackendConnection(baseURL: URL(filePath: "/"), token: Secret("")),
                identity: GatewayIdentity(nodeID: "gwy_1")))
        return CertificateReloader(
            certificate: try ServerCertificate(certificatePath: path("cert.pem"), keyPath: path("key.pem")),
            settings: settings, metrics: metrics, logger: Self.quiet, interval: .milliseconds(50))
    }

    @Test("New files are used without a restart; a key that does not match and half a file change nothing")
    func reload() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await issue("old", days: 10)
        try await issue("new", days: 90)
        try install("old.pem", "old.key")
        let metrics = GatewayMetrics()
        let reloader = try reloader(metrics)
        let old = reloader.certificate.context
        try install("new.pem", "old.key")
        await reloader.reload()
        #expect(metrics.certificateReloads[.failed].value == 1)
        #expect(reloader.certificate.context === old)
        try Data("-----BEGIN CERTIFICATE-----\n".utf8).write(to: folder.appending(path: "cert.pem"))
        await reloader.reload()
        #expect(metrics.certificateReloads[.failed].value == 2)
        try install("new.pem", "new.key")
        await reloader.reload()
        #expect(metrics.certificateReloads[.reloaded].value == 1)
        #expect(reloader.certificate.context !== old)
        let inDays = Double(metrics.certificateExpiry.value) - Date().timeIntervalSince1970
        #expect((89.0...91.0).contains(inDays / 86_400))
    }

    @Test("Changed files are noticed by themselves")
    func noticed() async throws {
        defer { try? FileManager.default.removeItem(at: folder) }
        try await issue("old", days: 10)
        try await issue("new", days: 90)
        try install("old.pem", "old.key")
        let metrics = GatewayMetrics()
        let services = ServiceGroup(services: [try reloader(metrics)], logger: Self.quiet)
        let running = Task { try await services.run() }
        #expect(try await Poll.until(within: .seconds(60)) { metrics.certificateExpiry.value > 0 })
        let before = metrics.certificateExpiry.value
        try install("new.pem", "new.key")
        #expect(try await Poll.until(within: .seconds(60)) { metrics.certificateExpiry.value > before })
        await services.triggerGracefulShutdown()
        try await running.value
    }
}
