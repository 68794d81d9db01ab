import HTTVPSGateway
import HTTVPSProtocol
import Synchronization

final class FakeControlPlane: ControlPlane {
    typealias Outcome<Answer> = Result<Answer, ControlPlaneError>

    private struct State: Sendable {
        var validate: @Sendable (ValidateDeviceRequest) -> Outcome<ValidateDeviceResponse> = { _ in .failure(away) }
        var usage: @Sendable (UsageReportRequest) -> Outcome<UsageReportResponse> = { _ in .failure(away) }
        var heartbeat: @Sendable (HeartbeatRequest) -> Outcome<HeartbeatResponse> = { _ in .failure(away) }
    }

    private static let away = ControlPlaneError(.backendUnavailable, "away")
    private let state = Mutex(State())

    func onValidate(_ answer: @escaping @Sendable (ValidateDeviceRequest) -> Outcome<ValidateDeviceResponse>) {
        state.withLock { $0.validate = answer }
    }

    func onUsage(_ answer: @escaping @Sendable (UsageReportRequest) -> Outcome<UsageReportResponse>) {
        state.withLock { $0.usage = answer }
    }

    func onHeartbeat(_ answer: @escaping @Sendable (HeartbeatRequest) -> Outcome<HeartbeatResponse>) {
        state.withLock { $0.heartbeat = answer }
    }

    func validateDevice(
        _ request: ValidateDeviceRequest, requestID: String
    ) async throws(ControlPlaneError) -> ValidateDeviceResponse {
        let answer = state.withLock { $0.validate }
        return try answer(request).get()
    }

    func assignOutline(
        _ request: AssignOutlineRequest, requestID: String
    ) async throws(ControlPlaneError) -> AssignedNode { throw Self.away }

    func reportUsage(_ request: UsageReportRequest) async throws(ControlPlaneError) -> UsageReportResponse {
        let answer = state.withLock { $0.usage }
        return try answer(request).get()
    }

    func heartbeat(_ request: HeartbeatRequest) async throws(ControlPlaneError) -> HeartbeatResponse {
        let answer = state.withLock { $0.heartbeat }
        return try answer(request).get()
    }
}
