import HTTVPSObservability
import HTTVPSProtocol
package import Logging
import ServiceLifecycle

package struct HeartbeatReporter: Service, CustomStringConvertible {
    private let controlPlane: any ControlPlane
    private let identity: GatewayIdentity
    private let usage: UsageReporter
    private let registry: any SessionRegistry
    private let egress: any EgressHealth
    private let metrics: GatewayMetrics
    private let logger: Logger

    package init(
        controlPlane: any ControlPlane, identity: GatewayIdentity, usage: UsageReporter,
        registry: any SessionRegistry, egress: any EgressHealth, metrics: GatewayMetrics, logger: Logger
    ) {
        self.controlPlane = controlPlane
        self.identity = identity
        self.usage = usage
        self.registry = registry
        self.egress = egress
        self.metrics = metrics
        self.logger = logger
    }

    package var description: String { "HeartbeatReporter" }

    package func run() async throws {
        await cancelWhenGracefulShutdown { await keepBeating() }
    }

    private func keepBeating() async {
        var policy = RetryPolicy(longest: .seconds(5))
        var load = HostLoad()
        var lastError: String?
        let start = ContinuousClock.now
        while !Task.isCancelled {
            let request = request(uptime: ContinuousClock.now - start, load: &load, lastError: lastError)
            do {
                let response = try await controlPlane.heartbeat(request)
                policy.succeeded()
                lastError = nil
                obey(response)
                try? await Task.sleep(for: .seconds(min(max(1, response.nextHeartbeatAfterSeconds), 30)))
            } catch {
                lastError = error.code.rawValue
                fail(error)
                try? await Task.sleep(for: policy.failed(retryAfter: error.retryAfter, random: .random(in: 0..<1)))
            }
        }
    }

    private func request(uptime: Duration, load: inout HostLoad, lastError: String?) -> HeartbeatRequest {
        let sessions = usage.openSessions
        var request = HeartbeatRequest(
            nodeID: identity.nodeID, epoch: usage.epoch, timestamp: Timestamp.now().description)
        request.region = identity.region.isEmpty ? nil : identity.region
        request.publicURL = identity.publicURL
        request.uptimeSeconds = uptime.components.seconds
        request.activeSessions = sessions.count
        request.sessions = sessions
        request.cpuLoad = load.cpu()
        request.memLoad = HostLoad.memory()
        request.bytesUp = metrics.bytesUp.value
        request.bytesDown = metrics.bytesDown.value
        request.lastError = lastError
        request.version = BuildInfo.version
        request.egress = egress.takeHealth()
        return request
    }

    private func obey(_ response: HeartbeatResponse) {
        metrics.heartbeats[.accepted].increment()
        metrics.heartbeatAcceptedAt.set(Timestamp.now().millisecondsSinceEpoch / 1_000)
        for revocation in response.revoke {
            registry.revoke(sessionID: revocation.sessionID, reason: revocation.reason)
        }
        registry.setDrainRequested(response.drain)
    }

    private func fail(_ error: ControlPlaneError) {
        metrics.heartbeats[.failed].increment()
        if error.code == .unauthenticated { registry.endAllSessions(reason: "revoked") }
    }
}
