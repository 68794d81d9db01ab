import Foundation
import HTTVPSGateway
import HTTVPSProtocol
import HTTVPSTestSupport
import Logging
import ServiceLifecycle
import Synchronization
import Testing

struct HeartbeatReporterTests {
    private struct Health: EgressHealth {
        func takeHealth() -> [HeartbeatRequest.Egress] {
            [.init(nodeID: "oln_1", ok: true, connectMilliseconds: 3, errors: 0)]
        }
    }

    @Test("A heartbeat names load, sessions and nodes, and its answer is obeyed")
    func beat() async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "httvps-beat-\(UUID().uuidString)")
            .path()
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let quiet = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        let plane = FakeControlPlane()
        let registry = FakeRegistry()
        let seen = Mutex<[HeartbeatRequest]>([])
        plane.onHeartbeat { request in
            let count = seen.withLock { all in
                all.append(request)
                return all.count
            }
            if count == 1 { return .failure(ControlPlaneError(.unauthenticated, "no")) }
            return .success(
                HeartbeatResponse(
                    state: "healthy", nextHeartbeatAfterSeconds: 1,
                    revoke: [SessionRevocation(sessionID: "ses_1", reason: "blocked")], drain: true))
        }
        let usage = UsageReporter(
            controlPlane: plane, journal: try UsageJournal(directory: directory), registry: registry,
            retention: .seconds(1), metrics: GatewayMetrics(), logger: quiet)
        let limits = SessionLimits(
            maxStreams: 1, maxSessions: 1, rateBytesPerSecond: nil, leaseBytes: nil, leaseSeconds: 30)
        _ = usage.openSession(sessionID: "ses_1", limits: limits)
        let reporter = HeartbeatReporter(
            controlPlane: plane, identity: GatewayIdentity(nodeID: "gwy_1"), usage: usage, registry: registry,
            egress: Health(), metrics: GatewayMetrics(), logger: quiet)
        let group = ServiceGroup(services: [reporter], logger: quiet)
        let task = Task { try await group.run() }
        try await eventually { seen.withLock { $0.count >= 2 } && registry.events.drain == true }
        await group.triggerGracefulShutdown()
        try await task.value
        let beat = try #require(seen.withLock { $0.last })
        #expect(beat.nodeID == "gwy_1" && beat.epoch == usage.epoch && beat.sessions == ["ses_1"])
        #expect(beat.egress?.map(\.nodeID) == ["oln_1"])
        #expect(beat.lastError == "unauthenticated" || seen.withLock { $0.count } > 2)
        #expect(registry.events.endedAll == ["revoked"])
        #expect(registry.events.revoked.contains("ses_1 blocked"))
    }
}
