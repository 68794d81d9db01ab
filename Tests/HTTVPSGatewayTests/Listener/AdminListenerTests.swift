import Foundation
import HTTPTypes
import HTTVPSConfiguration
import HTTVPSObservability
import HTTVPSProtocol
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization
import Testing

@testable import HTTVPSGateway

struct AdminListenerTests {
    private let metrics = GatewayMetrics()

    private func page(
        _ path: String, ready: Bool = true, enabled: Bool = true
    ) async throws -> (status: HTTPResponse.Status, type: String?, text: String) {
        var configuration = AdminConfiguration()
        configuration.metricsEnabled = enabled
        let listener = AdminListener(
            configuration: configuration, metrics: metrics, logger: Logger(label: "t"), isReady: { ready })
        return try await Application(router: listener.router()).test(.router) { client in
            try await client.execute(uri: path, method: .get) { response in
                (response.status, response.headers[.contentType], String(buffer: response.body))
            }
        }
    }

    @Test("An address that is taken is named, with the setting that names it")
    func taken() async throws {
        struct Site: Service {
            func run() async throws { throw IOError(errnoCode: EADDRINUSE, reason: "bind") }
        }
        let service = AdminService(site: Site(), address: ListenAddress(host: "127.0.0.1", port: 9464))
        let error = await #expect(throws: ListenerError.self) { try await service.run() }
        #expect(error?.code == .cannotBind && "\(service)" == "AdminService")
        #expect(error?.message.contains("GATEWAY_METRICS_ADDR 127.0.0.1:9464") == true)
    }

    @Test("The metrics page has every handshake outcome, the gauges and the version of its format")
    func metricsPage() async throws {
        metrics.handshakes[.deviceBlocked].increment()
        metrics.streamClosed(.egressReset)
        metrics.sessionsActive.increment(by: 3)
        metrics.bytesUp.increment(by: 10)
        let page = try await page("/metrics")
        #expect(page.status == .ok)
        #expect(page.type == "text/plain; version=0.0.4; charset=utf-8")
        let lines = Set(page.text.split(separator: "\n").map(String.init))
        for line in [
            #"httvps_gateway_handshakes_total{outcome="device_blocked"} 1"#,
            #"httvps_gateway_handshakes_total{outcome="allowed"} 0"#, "httvps_gateway_sessions_active 3",
            "httvps_gateway_streams_active 0", #"httvps_gateway_bytes_total{direction="up"} 10"#,
            #"httvps_gateway_bytes_total{direction="down"} 0"#,
            #"httvps_gateway_streams_closed_total{reason="egress_reset"} 1"#,
            #"httvps_gateway_backend_errors_total{code="backend_unavailable"} 0"#,
        ] {
            #expect(lines.contains(line))
        }
    }

    @Test("Every refusal and every tunnel error has an outcome of its own name")
    func outcomes() {
        #expect(RefusalReason.allCases.allSatisfy { HandshakeOutcome($0).rawValue == $0.rawValue })
        #expect(
            TunnelError.Code.allCases.allSatisfy {
                SessionEnd($0).rawValue == $0.rawValue || $0 == .badHello || $0 == .handshakeTimeout
            })
    }

    @Test("Health follows readiness, and switched-off metrics are not there")
    func health() async throws {
        #expect(try await page("/livez", ready: false).status == .ok)
        #expect(try await page("/readyz").text == #"{"status":"ok"}"#)
        #expect(try await page("/readyz", ready: false).status == .serviceUnavailable)
        #expect(try await page("/metrics", enabled: false).status == .notFound)
    }
}
