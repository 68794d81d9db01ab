package import AsyncHTTPClient
import Foundation
package import HTTVPSObservability
package import HTTVPSProtocol
package import Logging
import NIOCore
import NIOFoundationCompat
import NIOHTTP1
import Tracing

package struct ControlPlaneClient: ControlPlane {
    private static let maximumAnswer = 8 << 20

    private let http: HTTPClient
    private let base: String
    private let token: Secret
    private let timeout: TimeAmount
    private let metrics: GatewayMetrics
    private let logger: Logger
    private let tracer: SpanTracer?

    package init(
        http: HTTPClient, backend: BackendConnection, metrics: GatewayMetrics, logger: Logger,
        tracer: SpanTracer? = nil
    ) {
        self.http = http
        self.tracer = tracer
        base = backend.baseURL.absoluteString.trimmingCharacters(in: CharacterSet(charactersIn: "/"))
        token = backend.token
        timeout = TimeAmount(backend.timeout)
        self.metrics = metrics
        self.logger = logger
    }

    package static var httpConfiguration: HTTPClient.Configuration {
        var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
        configuration.httpVersion = .http1Only
        configuration.connectionPool.idleTimeout = .seconds(30)
        configuration.connectionPool.retryConnectionEstablishment = false
        return configuration
    }

    package func validateDevice(
        _ request: ValidateDeviceRequest, requestID: String
    ) async throws(ControlPlaneError) -> ValidateDeviceResponse {
        try await post(request, to: ControlPlanePath.validateDevice, requestID: requestID, spanName: "validate")
    }

    package func assignOutline(
        _ request: AssignOutlineRequest, requestID: String
    ) async throws(ControlPlaneError) -> AssignedNode {
        try await post(request, to: ControlPlanePath.assignOutline, requestID: requestID, spanName: "assign")
    }

    package func reportUsage(_ request: UsageReportRequest) async throws(ControlPlaneError) -> UsageReportResponse {
        try await post(request, to: ControlPlanePath.usageReport, requestID: RequestID.make())
    }

    package func heartbeat(_ request: HeartbeatRequest) async throws(ControlPlaneError) -> HeartbeatResponse {
        try await post(request, to: ControlPlanePath.gatewayHeartbeat, requestID: RequestID.make())
    }

    private func post<Answer: Decodable>(
        _ body: some Encodable, to path: String, requestID: String, spanName: String? = nil
    ) async throws(ControlPlaneError) -> Answer {
        let start = ContinuousClock.now
        defer { metrics.backendSeconds[BackendCall(path: path)].observe(ContinuousClock.now - start) }
        let span = spanName.flatMap { name in
            ServiceContext.current.flatMap { tracer?.startSpan(name, in: $0, as: .client) }
        }
        span?[.requestID] = requestID
        do {
            let (response, bytes) = try await exchange(body, path: path, requestID: requestID, trace: span?.trace)
            let answer: Answer = try ControlPlaneAnswer(
                status: Int(response.status.code), retryAfter: response.headers.first(name: "retry-after"), body: bytes
            ).decoded()
            span?.end("ok")
            return answer
        } catch {
            let failure =
                error as? ControlPlaneError
                ?? ControlPlaneError(.backendUnavailable, "the backend does not answer", cause: error)
            span?.end(failure.refusal?.rawValue ?? failure.code.rawValue, failed: failure.code != .refused)
            note(failure, path: path, requestID: requestID)
            throw failure
        }
    }

    private func exchange(
        _ body: some Encodable, path: String, requestID: String, trace: TraceContext?
    ) async throws -> (HTTPClientResponse, ByteBuffer) {
        var request = HTTPClientRequest(url: base + path)
        request.method = .POST
        request.headers = [
            "authorization": "Bearer \(token.reveal())", "content-type": "application/json",
            "accept": "application/json, application/problem+json", "x-request-id": requestID,
            "user-agent": "httvps-gateway/\(BuildInfo.version)",
        ]
        if let trace { request.headers.add(name: "traceparent", value: trace.traceparent) }
        request.body = .bytes(ByteBuffer(bytes: try JSONEncoder().encode(body)))
        let deadline = NIODeadline.now() + timeout
        do {
            return try await send(request, deadline: deadline)
        } catch let error as HTTPClientError where error == .remoteConnectionClosed && NIODeadline.now() < deadline {
            return try await send(request, deadline: deadline)
        }
    }

    private func send(
        _ request: HTTPClientRequest, deadline: NIODeadline
    ) async throws -> (HTTPClientResponse, ByteBuffer) {
        let response = try await http.execute(request, deadline: deadline)
        return (response, try await response.body.collect(upTo: Self.maximumAnswer))
    }

    private func note(_ failure: ControlPlaneError, path: String, requestID: String) {
        if failure.code == .refused || Task.isCancelled { return }
        metrics.backendErrors[failure.code].increment()
        let cause = failure.cause.map { " (\($0))" } ?? ""
        logger.warning(
            "a call to the backend failed",
            metadata: .fields([
                .requestID: .string(requestID), .path: .string(path), .code: .string(failure.code.rawValue),
                .error: .string(failure.message + cause),
            ]))
    }
}
