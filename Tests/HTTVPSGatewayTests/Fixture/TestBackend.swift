import HTTVPSGateway
import HTTVPSProtocol
import Synchronization

final class TestBackend: ControlPlane {
    struct State {
        var nodes: [AssignedNode] = []
        var spare: AssignedNode?
        var refusal: RefusalReason?
        var isDown = false
        var gate: CheckedContinuation<Void, Never>?
        var isGated = false
        var leaseBytes: Int64?
        var leaseSeconds = 30
        var maxStreams = 256
        var opened = 0
        var asked: [ValidateDeviceRequest] = []
        var excluded: [[String]] = []
        var reports: [SessionUsage] = []
        var usage = BackendModel()
        var revoke: [SessionRevocation] = []
        var credentials: DeviceCredentials?
    }

    private let state: Mutex<State>

    init(nodes: [AssignedNode] = []) { state = Mutex(State(nodes: nodes)) }

    func with<Result: Sendable>(_ body: @Sendable (inout State) -> Result) -> Result {
        state.withLock { body(&$0) }
    }

    func openGate() {
        let gate = state.withLock { state in
            state.isGated = false
            defer { state.gate = nil }
            return state.gate
        }
        gate?.resume()
    }

    func validateDevice(
        _ request: ValidateDeviceRequest, requestID: String
    ) async throws(ControlPlaneError) -> ValidateDeviceResponse {
        await withCheckedContinuation { continuation in
            let passes = state.withLock { state in
                state.asked.append(request)
                if state.isGated { state.gate = continuation }
                return !state.isGated
            }
            if passes { continuation.resume() }
        }
        let (answer, error) = state.withLock { Self.answer(request, &$0) }
        if let error { throw error }
        guard let answer else { throw ControlPlaneError(.invalidResponse, "no answer") }
        return answer
    }

    func assignOutline(
        _ request: AssignOutlineRequest, requestID: String
    ) async throws(ControlPlaneError) -> AssignedNode {
        let spare = state.withLock { state in
            state.excluded.append(request.exclude)
            return state.spare
        }
        guard let spare else { throw ControlPlaneError(.noEgressAvailable, "no node") }
        return spare
    }

    func reportUsage(_ request: UsageReportRequest) async throws(ControlPlaneError) -> UsageReportResponse {
        let answer = state.withLock { state -> UsageReportResponse? in
            guard !state.isDown else { return nil }
            state.reports += request.reports
            let leases = request.reports.map {
                UsageReportResponse.Lease(
                    sessionID: $0.sessionID, leaseBytes: state.leaseBytes, leaseSeconds: state.leaseSeconds)
            }
            return UsageReportResponse(
                results: state.usage.take(request).results, revoke: state.revoke, leases: leases,
                nextReportAfterSeconds: 1)
        }
        guard let answer else { throw ControlPlaneError(.backendUnavailable, "down") }
        return answer
    }

    func heartbeat(_ request: HeartbeatRequest) async throws(ControlPlaneError) -> HeartbeatResponse {
        HeartbeatResponse(state: "healthy", nextHeartbeatAfterSeconds: 10, revoke: [], drain: false)
    }

    private static func answer(
        _ request: ValidateDeviceRequest, _ state: inout State
    ) -> (ValidateDeviceResponse?, ControlPlaneError?) {
        if state.isDown { return (nil, ControlPlaneError(.backendUnavailable, "down")) }
        if let refusal = state.refusal { return (nil, ControlPlaneError(.refused, "refused", refusal: refusal)) }
        state.opened += 1
        let limits = SessionLimits(
            maxStreams: state.maxStreams, maxSessions: 10, rateBytesPerSecond: nil, leaseBytes: state.leaseBytes,
            leaseSeconds: state.leaseSeconds)
        let response = ValidateDeviceResponse(
            sessionID: "ses_\(state.opened)", userID: "usr_1", deviceID: request.deviceID,
            subscriptionStatus: "active", expiresAt: nil, limits: limits, nodes: state.nodes,
            credentials: state.credentials)
        return (response, nil)
    }
}
