import HTTVPSConfiguration
import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import Logging
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSGateway

struct LiveSettingsTests {
    private static let quiet = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }

    private func configuration(_ changes: [String: String] = [:]) throws -> GatewayConfiguration {
        let base = [
            "GATEWAY_TLS_CERT_PATH": "/etc/hostname", "GATEWAY_TLS_KEY_PATH": "/etc/hostname", "GATEWAY_TOKEN": "hvg_x",
            "BACKEND_BASE_URL": "http://127.0.0.1:1", "GATEWAY_NODE_ID": "gwy_1",
        ]
        var settings = Settings(environment: base.merging(changes) { $1 }, ownPrefixes: ["GATEWAY"])
        return try GatewayConfiguration(reading: &settings)
    }

    @Test("What can change live is applied, what cannot is named and stays")
    func change() throws {
        let settings = LiveSettings(try configuration())
        let change = settings.replace(
            with: try configuration([
                "GATEWAY_KEEPALIVE": "7s", "GATEWAY_LOG_LEVEL": "debug", "GATEWAY_MAX_SESSIONS": "3",
                "GATEWAY_LISTEN_ADDR": "127.0.0.1:9", "GATEWAY_NODE_ID": "gwy_2", "GATEWAY_EGRESS": "echo",
            ]))
        #expect(change.applied == ["GATEWAY_KEEPALIVE", "GATEWAY_LOG_LEVEL", "GATEWAY_MAX_SESSIONS"])
        #expect(change.needingRestart == ["GATEWAY_EGRESS", "GATEWAY_LISTEN_ADDR", "GATEWAY_NODE_ID"])
        let current = settings.current
        #expect(current.sessions.keepalive == .seconds(7) && current.log.level == .debug)
        #expect(current.identity.nodeID == "gwy_1" && current.listener.address.port == 8_443)
        #expect(current.egress.kind == .shadowsocks)
    }

    @Test("A second reload without a change says so, and still names what waits for a restart")
    func unchanged() throws {
        let settings = LiveSettings(try configuration())
        let changed = try configuration(["GATEWAY_KEEPALIVE": "7s", "GATEWAY_THREADS": "2"])
        _ = settings.replace(with: changed)
        #expect(settings.replace(with: changed) == .init(applied: [], needingRestart: ["GATEWAY_THREADS"]))
        let back = try configuration()
        #expect(settings.replace(with: back) == .init(applied: ["GATEWAY_KEEPALIVE"], needingRestart: []))
    }

    @Test("A reload changes new sessions, limits and the egress guard of a running gateway, and no open session")
    func running() async throws {
        let gateway = try await TestGateway.start()
        let before = try await TestTunnel.open(port: gateway.port)
        #expect(before.grant?.keepaliveSeconds == 25)
        var fresh = gateway.settings.current
        fresh.sessions.keepalive = .seconds(9)
        fresh.sessions.maxStreams = 5
        fresh.sessions.maxPayload = 20_000
        fresh.egress.allow = []
        _ = gateway.settings.replace(with: fresh)
        let after = try await TestTunnel.open(port: gateway.port, device: "dev_2")
        #expect(after.grant?.keepaliveSeconds == 9 && after.grant?.maxStreams == 5)
        #expect(after.grant?.maxPayload == before.grant?.maxPayload)
        try await before.send(.ping(ByteBuffer(string: "x")))
        #expect(try await before.nextFrame() == .pong(ByteBuffer(string: "x")))
        await before.connection.close()
        await after.connection.close()
        try await gateway.stop()
    }

    @Test("A faulty configuration changes nothing, and each fault is logged and counted")
    func faulty() async throws {
        let metrics = GatewayMetrics()
        let settings = LiveSettings(try configuration())
        let certificate = try await SiteCertificate.shared.value
        let certificates = CertificateReloader(
            certificate: try ServerCertificate(certificatePath: certificate.certificate, keyPath: certificate.key),
            settings: settings, metrics: metrics, logger: Self.quiet)
        let seen = Mutex<[String]>([])
        let reloader = ConfigurationReloader(
            settings: settings,
            load: {
                .failure(ConfigurationError(faults: [SettingFault(key: "A", problem: "is bad", expected: "good")]))
            }, certificates: certificates, metrics: metrics, logger: Self.quiet)
        settings.whenReplaced { _ in seen.withLock { $0.append("replaced") } }
        reloader.reload()
        #expect(metrics.configurationReloads[.failed].value == 1)
        #expect(seen.withLock { $0 } == [])
        #expect(settings.current.sessions.keepalive == .seconds(25))
    }
}
