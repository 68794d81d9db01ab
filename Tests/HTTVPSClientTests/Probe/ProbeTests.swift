import HTTVPSTestSupport
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSClient

@Suite("A probe")
struct ProbeTests {
    @Test(
        "times every step up to the target's first byte",
        arguments: [(CarrierPreference.h2, CarrierKind.http2), (.http1, .http1)])
    func passes(_ preference: CarrierPreference, _ kind: CarrierKind) async throws {
        let gateway = try await FakeGateway()
        let site = try await CarrierSite(before: gateway)
        let report = try await Tunnel.probe(site.configuration(preference), target: ("echo.test", 80))
        #expect(report.isPassed && report.failedPhase == nil)
        #expect(report.steps.map(\.phase) == ProbeReport.Phase.allCases)
        #expect(report.steps.allSatisfy { $0.duration >= .zero } && report.total > .zero)
        #expect(report.carrier == kind && report.tlsVersion == "TLS 1.3" && report.sessionID == "ses_1")
        try await eventually { gateway.ledger.withLock { $0.received["echo.test"] ?? 0 > 0 } }
        try await site.close()
        try await gateway.close()
    }

    @Test("needs no target, and ends its session")
    func withoutTarget() async throws {
        let gateway = try await FakeGateway()
        let report = try await Tunnel.probe(gateway.configuration())
        #expect(report.isPassed)
        #expect(report.steps.map(\.phase) == [.resolve, .connect, .upgrade, .session, .ping])
        #expect(gateway.ledger.withLock { $0.opened.isEmpty && $0.hellos.count == 1 })
        try await gateway.close()
    }

    @Test("names the gateway's refusal, and the gateway's reason for a target")
    func refusals() async throws {
        let strict = try await FakeGateway(.init(refusal: "device_blocked"))
        let refused = try await Tunnel.probe(strict.configuration())
        #expect(refused.failedPhase == .session && refused.error?.reason == "device_blocked")
        try await strict.close()
        let gateway = try await FakeGateway()
        let denied = try await Tunnel.probe(gateway.configuration(), target: ("denied.test", 80))
        #expect(denied.failedPhase == .stream && denied.error?.reason == "denied_by_policy")
        #expect(denied.duration(of: .ping) != nil && denied.duration(of: .stream) == nil)
        try await gateway.close()
    }

    @Test("fails where the target closes without a byte of an answer")
    func mute() async throws {
        let gateway = try await FakeGateway()
        let report = try await Tunnel.probe(gateway.configuration(), target: ("mute.test", 80))
        #expect(report.failedPhase == .answer && report.error?.code == .streamClosed)
        #expect(report.duration(of: .stream) != nil && report.duration(of: .answer) == nil)
        try await gateway.close()
    }

    @Test("names the step that failed on the way to a session")
    func phases() async throws {
        let nobody = GatewayAddress(host: "127.0.0.1", port: 1, path: "/ws", isSecure: true)
        let nameless = GatewayAddress(host: "nowhere.invalid", port: 1, path: "/ws", isSecure: true)
        let plain = try await CarrierSite(.init(http2Status: 404, http1Status: "404 Not Found"))
        let silent = try await CarrierSite(.init(isSilent: true))
        let configuration = plain.configuration()
        #expect(try await Tunnel.probe(configuration, gateway: nobody).failedPhase == .connect)
        #expect(try await Tunnel.probe(configuration, gateway: nameless).failedPhase == .resolve)
        let answered = try await Tunnel.probe(configuration)
        #expect(answered.failedPhase == .upgrade && answered.duration(of: .tls) != nil)
        var limits = ConnectLimits(each: .seconds(30))
        limits.tls = .milliseconds(50)
        let probe = try GatewayProbe(configuration, gateway: silent.address, target: nil, limits: limits)
        let report = await probe.run()
        #expect(report.failedPhase == .tls && report.duration(of: .connect) != nil)
        try await plain.close()
        try await silent.close()
    }
}
