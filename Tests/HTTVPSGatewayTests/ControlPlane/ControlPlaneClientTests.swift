import AsyncHTTPClient
import Foundation
import HTTPTypes
import HTTVPSGateway
import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore
import NIOFoundationCompat
import Testing

struct ControlPlaneClientTests {
    private static let session = """
        {"allowed":true,"session_id":"ses_1","user_id":"usr_1","device_id":"dev_1","subscription_status":"active",
         "expires_at":null,"limits":{"max_streams":10,"max_sessions":2,"rate_bytes_per_sec":null,"lease_bytes":100,
         "lease_sec":30},"nodes":[{"node_id":"oln_1","host":"127.0.0.1","port":1,"method":"aes-256-gcm","password":"p",
         "half_close":true,"region":"eu","weight":100}],"unknown":1}
        """

    private let metrics = GatewayMetrics()
    private let request = ValidateDeviceRequest(
        deviceID: "dev_1", token: "t", region: nil, clientVersion: "1.0", clientIP: "127.0.0.1")

    private func withClient(
        port: Int, timeout: Duration = .seconds(60), _ body: (ControlPlaneClient) async throws -> Void
    ) async throws {
        let http = HTTPClient(configuration: ControlPlaneClient.httpConfiguration)
        var backend = BackendConnection(
            baseURL: try #require(URL(string: "http://127.0.0.1:\(port)/")), token: Secret("hvg_1"))
        backend.timeout = timeout
        let client = ControlPlaneClient(
            http: http, backend: backend, metrics: metrics, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }
        )
        do { try await body(client) } catch {
            try await http.shutdown()
            throw error
        }
        try await http.shutdown()
    }

    private func failure(port: Int, timeout: Duration = .seconds(60)) async throws -> ControlPlaneError? {
        var failure: ControlPlaneError?
        try await withClient(port: port, timeout: timeout) { client in
            do throws(ControlPlaneError) {
                _ = try await client.validateDevice(request, requestID: "req_1")
            } catch { failure = error }
        }
        return failure
    }

    @Test("A call carries token, request id and the body of the contract")
    func call() async throws {
        let stub = StubBackend(.init(body: Self.session))
        try await stub.run { port in
            try await withClient(port: port) { client in
                let response = try await client.validateDevice(request, requestID: "req_1")
                #expect(response.sessionID == "ses_1" && response.limits.leaseBytes == 100)
                #expect(response.nodes.map(\.nodeID) == ["oln_1"])
            }
        }
        let call = try #require(stub.calls.first)
        #expect(call.path == "/api/v1/auth/validate-device")
        #expect(call.headers[.authorization] == "Bearer hvg_1")
        #expect(call.headers[HTTPField.Name("x-request-id") ?? .accept] == "req_1")
        #expect(try JSONDecoder().decode(ValidateDeviceRequest.self, from: call.body) == request)
    }

    @Test("A refusal names its reason, whichever of the list it is", arguments: RefusalReason.allCases)
    func refusals(reason: RefusalReason) async throws {
        let stub = StubBackend(
            .init(
                status: .forbidden,
                body: #"{"type":"about:blank","title":"x","status":403,"code":"\#(reason.rawValue)","allowed":false}"#))
        try await stub.run { port in
            let failure = try await failure(port: port)
            #expect(failure?.code == .refused && failure?.refusal == reason)
        }
        #expect(ControlPlaneError.Code.allCases.allSatisfy { metrics.backendErrors[$0].value == 0 })
    }

    @Test(
        "Every other answer has its code",
        arguments: [
            (500, "", ControlPlaneError.Code.backendUnavailable), (502, "<html>", .backendUnavailable),
            (503, #"{"code":"database_unavailable"}"#, .backendUnavailable),
            (503, #"{"code":"no_healthy_outline_nodes"}"#, .noEgressAvailable),
            (429, #"{"code":"rate_limited"}"#, .backendUnavailable), (401, "", .unauthenticated),
            (403, #"{"code":"gateway_disabled"}"#, .forbidden), (404, "", .notFound), (422, "", .rejected),
            (200, "{}", .invalidResponse), (200, "", .invalidResponse),
        ])
    func failures(status: Int, body: String, code: ControlPlaneError.Code) async throws {
        let stub = StubBackend(
            .init(
                status: .init(code: status), body: body,
                headers: [.contentType: "application/problem+json", .retryAfter: "7"]))
        try await stub.run { port in
            let failure = try await failure(port: port)
            #expect(failure?.code == code)
            if code == .backendUnavailable { #expect(failure?.retryAfter == .seconds(7)) }
        }
        #expect(metrics.backendErrors[code].value == 1)
    }

    @Test("A backend that is too slow or not there is unavailable")
    func absent() async throws {
        let stub = StubBackend(.init(body: Self.session, delay: .seconds(120)))
        let start = ContinuousClock.now
        try await stub.run { port in
            let failure = try await failure(port: port, timeout: .milliseconds(200))
            #expect(failure?.code == .backendUnavailable)
        }
        #expect(ContinuousClock.now - start < .seconds(60))
        #expect(try await failure(port: 1)?.code == .backendUnavailable)
    }
}
