import HTTPTypes
import HTTVPSObservability
import HTTVPSProtocol
import Logging

struct AdmissionRoutes: Sendable {
    let service: AdmissionService
    let metrics: AdmissionMetrics

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, RoutePattern(ControlPlanePath.validateDevice), body: .required, operation: Self.operation,
                respond: validate)
        ]
    }

    @Sendable private func validate(_ call: Call) async throws -> Answer {
        let body = try Self.body(of: call)
        let start = ContinuousClock.now
        do {
            let answer = try await answer(to: body, call: call)
            metrics.allowed(ContinuousClock.now - start)
            return answer
        } catch let refusal as AdmissionRefusal {
            metrics.refused(refusal, ContinuousClock.now - start)
            call.logger.info(
                "device refused",
                metadata: .fields([.deviceID: .string(body.deviceID), .outcome: .string(refusal.rawValue)]))
            throw refusal.problem
        } catch {
            metrics.failed(ContinuousClock.now - start)
            throw error
        }
    }

    private func answer(to body: ValidateDeviceRequest, call: Call) async throws -> Answer {
        guard case .gateway(let gatewayID, let credential) = call.caller else {
            return Self.answer(try await service.verdict(body, at: call.now), deviceID: body.deviceID)
        }
        let admitted = try await service.openSession(
            body, gatewayID: gatewayID, credential: credential, at: call.now, span: call.span)
        call.logger.info(
            "session opened",
            metadata: .fields([
                .userID: .string(admitted.session.userID), .deviceID: .string(body.deviceID),
                .sessionID: .string(admitted.sessionID), .gatewayID: .string(gatewayID),
                .nodeID: .string(admitted.nodes.first?.nodeID ?? ""), .outcome: "allowed",
            ]))
        return Self.answer(admitted, deviceID: body.deviceID)
    }

    private static func body(of call: Call) throws -> ValidateDeviceRequest {
        let submission = try operation.submission(call)
        return ValidateDeviceRequest(
            deviceID: submission.text("device_id") ?? "", token: submission.text("token") ?? "",
            region: submission.text("region"), clientVersion: submission.text("client_version"),
            clientIP: submission.text("client_ip"))
    }

    private static func answer(_ verdict: AdmissionVerdict, deviceID: String) -> Answer {
        Answer(json: [
            "allowed": .bool(true), "user_id": .string(verdict.userID), "device_id": .string(deviceID),
            "subscription_status": "active", "expires_at": .time(verdict.expiresAt), "gateways": verdict.gateways,
        ])
    }

    private static func answer(_ admitted: AdmissionService.Admitted, deviceID: String) -> Answer {
        let session = admitted.session
        var json = JSONObject([
            ("allowed", .bool(true)), ("session_id", .string(admitted.sessionID)),
            ("user_id", .string(session.userID)), ("device_id", .string(deviceID)),
            ("subscription_status", "active"), ("expires_at", .time(session.expiresAt)),
            ("limits", limits(of: session)), ("nodes", .array(admitted.nodes.map { .object($0.json) })),
        ])
        if let credentials = admitted.credentials { json["credentials"] = credentials.json }
        return Answer(json: .object(json))
    }

    private static func limits(of session: OpenedSession) -> JSONValue {
        [
            "max_streams": .integer(session.maxStreams), "max_sessions": .integer(session.maxSessions),
            "rate_bytes_per_sec": .optional(session.rateBytesPerSecond),
            "lease_bytes": .optional(session.leaseBytes), "lease_sec": .integer(AdmissionService.leaseSeconds),
        ]
    }
}

extension DeviceCredentials {
    var json: JSONValue {
        [
            "access_token": .string(accessToken), "refresh_token": .string(refreshToken),
            "expires_in_sec": .integer(expiresInSeconds),
        ]
    }
}
