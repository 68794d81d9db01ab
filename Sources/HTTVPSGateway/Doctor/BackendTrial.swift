import AsyncHTTPClient
import Foundation
import HTTVPSObservability
import HTTVPSProtocol
import NIOCore
import NIOHTTP1

struct BackendTrial: Sendable {
    let connection: BackendConnection
    let http: HTTPClient
    let now: @Sendable () -> Date

    func diagnoses() async -> [Diagnosis] {
        let response: HTTPClientResponse
        do {
            response = try await send(.GET, ControlPlanePath.health)
        } catch {
            return [
                .fail(
                    "backend", "\(connection.baseURL.absoluteString) does not answer: \(error)",
                    "Start the backend, or mend BACKEND_BASE_URL, the network and the certificate on the way.")
            ]
        }
        guard response.status == .ok else {
            return [
                .fail(
                    "backend", "answers \(response.status.code) to \(ControlPlanePath.health)",
                    "Let BACKEND_BASE_URL name the backend itself, without a path.")
            ]
        }
        return [.ok("backend", "answers at \(connection.baseURL.absoluteString)")] + clock(response) + [await token()]
    }

    private func clock(_ response: HTTPClientResponse) -> [Diagnosis] {
        guard let text = response.headers.first(name: "date"), let theirs = ClockTrial.date(ofHeader: text) else {
            return []
        }
        let ahead = now().timeIntervalSince(theirs)
        return [ClockTrial.diagnosis(of: "backend", ahead: ahead > 0 ? max(0, ahead - 1) : ahead)]
    }

    private func token() async -> Diagnosis {
        let check = "token"
        let advice = "Register a gateway node and set GATEWAY_NODE_ID and GATEWAY_TOKEN to what its answer shows once."
        do {
            switch try await send(.POST, ControlPlanePath.gatewayHeartbeat, body: "{}").status.code {
            case 422: return .ok(check, "the backend takes GATEWAY_TOKEN")
            case 401: return .fail(check, "the backend does not know GATEWAY_TOKEN", advice)
            case 403: return .fail(check, "GATEWAY_TOKEN is the credential of something else", advice)
            case let status:
                return .warn(check, "the backend answers \(status)", "Look at the backend's log, and ask again.")
            }
        } catch {
            return .fail(check, "the backend does not answer: \(error)", "Look at the backend's log.")
        }
    }

    private func send(_ method: HTTPMethod, _ path: String, body: String? = nil) async throws -> HTTPClientResponse {
        let base = connection.baseURL.absoluteString.trimmingCharacters(in: CharacterSet(charactersIn: "/"))
        var request = HTTPClientRequest(url: base + path)
        request.method = method
        if let body {
            request.headers = [
                "authorization": "Bearer \(connection.token.reveal())", "content-type": "application/json",
            ]
            request.body = .bytes(ByteBuffer(string: body))
        }
        let response = try await http.execute(request, timeout: TimeAmount(connection.timeout))
        _ = try? await response.body.collect(upTo: 1 << 16)
        return response
    }
}
