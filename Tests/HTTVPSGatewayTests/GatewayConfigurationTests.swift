import Foundation
import HTTVPSConfiguration
import HTTVPSGateway
import HTTVPSObservability
import Logging
import Testing

struct GatewayConfigurationTests {
    private static let required = [
        "GATEWAY_TLS_CERT_PATH": "/etc/hostname", "GATEWAY_TLS_KEY_PATH": "/etc/hostname",
        "BACKEND_BASE_URL": "http://127.0.0.1:8080", "GATEWAY_TOKEN": "hvg_hunter2", "GATEWAY_NODE_ID": "gwy_1",
    ]

    private func read(
        _ values: [String: String], yaml: String? = nil
    ) throws(ConfigurationError) -> GatewayConfiguration {
        var settings = Settings(
            environment: values, yaml: yaml.map { .yaml(text: $0, name: "f.yaml") },
            ownPrefixes: GatewayConfiguration.keyPrefixes)
        return try GatewayConfiguration(reading: &settings)
    }

    private func faults(_ values: [String: String]) -> [SettingFault] {
        do {
            _ = try read(values)
            return []
        } catch { return error.faults }
    }

    @Test("The required keys alone give the documented defaults")
    func defaults() throws {
        let configuration = try read(Self.required)
        #expect(configuration.listener.webSocketPath == "/ws")
        #expect(configuration.listener.handshakeTimeout == .seconds(10))
        #expect(configuration.backend.grace == .seconds(600))
        #expect(configuration.sessions.maxPayload == 65_536)
        #expect(configuration.sessions.initialWindow == 262_144)
        #expect(configuration.egress.kind == .shadowsocks)
        #expect(configuration.egress.allow.isEmpty)
        #expect(configuration.admin.address.description == "127.0.0.1:9464")
        #expect(configuration.log.format == .json)
    }

    @Test("Without any key every required one is named")
    func nothing() {
        #expect(Set(faults([:]).map(\.key)) == Set(Self.required.keys))
    }

    @Test(
        "A value that does not fit is named by its key",
        arguments: [
            ("GATEWAY_LISTEN_ADDR", "8443"), ("GATEWAY_WS_PATH", "ws"), ("GATEWAY_WS_PATH", "/a?b"),
            ("GATEWAY_MAX_PAYLOAD", "1000"), ("GATEWAY_INITIAL_WINDOW", "1"), ("GATEWAY_EGRESS", "direct"),
            ("GATEWAY_EGRESS_ALLOW", "10.0.0.0/33"), ("GATEWAY_EGRESS_ALLOW", "a/b"), ("GATEWAY_EGRESS_DENY", "x:0"),
            ("GATEWAY_EGRESS_FANOUT", "-1"), ("GATEWAY_LOG_LEVEL", "loud"),
            ("GATEWAY_METRICS_ENABLED", "perhaps"), ("GATEWAY_PUBLIC_URL", "https://x"), ("BACKEND_BASE_URL", "b"),
            ("BACKEND_TIMEOUT", "0"), ("GATEWAY_TLS_CERT_PATH", "/nonexistent"), ("GATEWAY_DECOY_DIR", "/nonexistent"),
            ("GATEWAY_TOKEN", "with space hunter2"), ("GATEWAY_THREADS", "-1"),
            ("GATEWAY_DECOY_URL", "https://x"), ("GATEWAY_DECOY_URL", "http://x/path"),
            ("GATEWAY_PROXY_PROTOCOL", "yes"), ("GATEWAY_TRUSTED_PROXIES", "proxy"),
            ("GATEWAY_MAX_CONNECTIONS_PER_IP", "0"), ("GATEWAY_KEEPALIVE", "0"),
        ])
    func bad(key: String, value: String) {
        let faults = faults(Self.required.merging([key: value]) { _, new in new })
        #expect(faults.map(\.key) == [key])
        #expect(!faults.description.contains("hunter2"))
    }

    @Test("The example file names every key, once, and reads without a fault beyond its paths")
    func example() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = root.appending(path: "deploy/gateway.example.yaml").path()
        var settings = Settings(
            environment: [:], yaml: .yaml(path: path), ownPrefixes: GatewayConfiguration.keyPrefixes)
        do {
            _ = try GatewayConfiguration(reading: &settings)
        } catch {
            let places = ["GATEWAY_TLS_CERT_PATH", "GATEWAY_TLS_KEY_PATH", "GATEWAY_DECOY_DIR"]
            #expect(error.faults.filter { !places.contains($0.key) } == [])
        }
        let shown = Set(SettingLayer.yaml(path: path).values.keys)
        #expect(settings.askedKeys.subtracting(shown) == [])
        let environment = SettingLayer.dotEnv(path: root.appending(path: ".env.example").path())
        let text = try String(contentsOf: root.appending(path: ".env.example"), encoding: .utf8)
        #expect(environment.faults == [])
        #expect(settings.askedKeys.filter { !text.contains("\($0)=") } == [])
    }
}
