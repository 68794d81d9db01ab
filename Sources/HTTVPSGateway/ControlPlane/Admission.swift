package import HTTVPSProtocol
package import NIOCore
import Synchronization

package enum AdmissionVerdict: Equatable, Sendable {
    case allowed(ValidateDeviceResponse, remembered: Bool)
    case refused(RefusalReason)
}

package final class Admission: Sendable {
    private let controlPlane: any ControlPlane
    private let memory: Mutex<AdmissionMemory>
    private let now: @Sendable () -> NIODeadline

    package init(
        controlPlane: any ControlPlane, grace: Duration, now: @escaping @Sendable () -> NIODeadline = { .now() }
    ) {
        self.controlPlane = controlPlane
        self.now = now
        memory = Mutex(AdmissionMemory(grace: TimeAmount(grace)))
    }

    package func decide(_ request: ValidateDeviceRequest, requestID: String) async -> AdmissionVerdict {
        guard request.canBeAsked else { return .refused(.invalidToken) }
        do {
            let response = try await controlPlane.validateDevice(request, requestID: requestID)
            memory.withLock {
                $0.allowed(deviceID: request.deviceID, token: request.token, response: response, at: now())
            }
            return .allowed(response, remembered: false)
        } catch {
            return verdict(on: error, request: request)
        }
    }

    package func revoked(sessionID: String) { memory.withLock { $0.revoked(sessionID: sessionID) } }

    private func verdict(on error: ControlPlaneError, request: ValidateDeviceRequest) -> AdmissionVerdict {
        switch error.code {
        case .refused:
            memory.withLock { $0.refused(deviceID: request.deviceID, token: request.token) }
            return .refused(error.refusal ?? .backendUnavailable)
        case .noEgressAvailable: return .refused(.noEgressAvailable)
        case .backendUnavailable:
            let response = memory.withLock {
                $0.recall(deviceID: request.deviceID, token: request.token, at: now())
            }
            return response.map { .allowed($0, remembered: true) } ?? .refused(.backendUnavailable)
        case .unauthenticated, .forbidden, .notFound, .rejected, .invalidResponse:
            return .refused(.backendUnavailable)
        }
    }
}
