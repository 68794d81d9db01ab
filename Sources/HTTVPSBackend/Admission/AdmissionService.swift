import Foundation
import HTTVPSObservability
import HTTVPSProtocol

struct AdmissionService: Sendable {
    static let leaseSeconds = 60

    let store: AdmissionStore
    let evidence: AdmissionEvidence
    let tokens: DeviceTokens
    let vault: NodeVault

    struct Admitted: Sendable {
        var sessionID: String
        var session: OpenedSession
        var nodes: [AssignedNode]
        var credentials: DeviceCredentials?
    }

    func openSession(
        _ body: ValidateDeviceRequest, gatewayID: String, credential: CredentialHash, at moment: Date,
        span: RequestSpan? = nil
    ) async throws -> Admitted {
        let request: AdmissionRequest
        do {
            request = try await span.during("verify token") { _ in try await self.request(body, at: moment) }
        } catch {
            try await store.checkGateway(gatewayID, credential: credential)
            throw error
        }
        let sessionID = Identifier.make(.session, at: moment)
        let session = try await span.during("open session") { span in
            let session = try await store.openSession(
                request, sessionID: sessionID, gatewayID: gatewayID, credential: credential, at: moment)
            span?[.sessionID] = sessionID
            span?[.nodeID] = session.nodes.first?.nodeID
            return session
        }
        var credentials: DeviceCredentials?
        if let rotation = session.rotation, case .refresh(let token) = request.evidence {
            credentials = try await tokens.credentials(rotating: token, deviceID: body.deviceID, rotation: rotation)
        }
        let nodes = try session.nodes.map { try $0.opened(with: vault) }
        return Admitted(sessionID: sessionID, session: session, nodes: nodes, credentials: credentials)
    }

    func verdict(_ body: ValidateDeviceRequest, at moment: Date) async throws -> AdmissionVerdict {
        try await store.verdict(try await request(body, at: moment), at: moment)
    }

    private func request(
        _ body: ValidateDeviceRequest, at moment: Date
    ) async throws(AdmissionRefusal) -> AdmissionRequest {
        let evidence = try await evidence.evidence(in: body.token, at: moment)
        return AdmissionRequest(
            deviceID: body.deviceID, evidence: evidence, region: body.region, clientVersion: body.clientVersion)
    }
}
