import Foundation
import HTTVPSProtocol
import NIOCore
import NIOFoundationCompat

struct ControlPlaneAnswer {
    var status: Int
    var retryAfter: String?
    var body: ByteBuffer

    func decoded<Answer: Decodable>() throws(ControlPlaneError) -> Answer {
        guard status == 200 else { throw failure }
        do {
            return try JSONDecoder().decode(Answer.self, from: body)
        } catch {
            throw ControlPlaneError(.invalidResponse, "the backend's answer cannot be read", cause: error)
        }
    }

    private var failure: ControlPlaneError {
        let code = (try? JSONDecoder().decode(Refusal.self, from: body))?.code
        let said = code.map { " \($0)" } ?? ""
        switch status {
        case 401: return ControlPlaneError(.unauthenticated, "the backend does not accept GATEWAY_TOKEN")
        case 403:
            if let reason = code.flatMap(RefusalReason.init(rawValue:)) {
                return ControlPlaneError(.refused, "the backend refuses: \(reason.rawValue)", refusal: reason)
            }
            return ControlPlaneError(.forbidden, "the backend forbids this gateway the call:\(said)")
        case 404: return ControlPlaneError(.notFound, "the backend does not know it:\(said)")
        case 503 where code == "no_outline_nodes_available" || code == "no_healthy_outline_nodes":
            return ControlPlaneError(.noEgressAvailable, "the backend has no node:\(said)", retryAfter: wait)
        case 408, 429, 500...599:
            return ControlPlaneError(.backendUnavailable, "the backend answers \(status)\(said)", retryAfter: wait)
        default: return ControlPlaneError(.rejected, "the backend answers \(status)\(said)")
        }
    }

    private var wait: Duration? {
        retryAfter.flatMap { Int64($0) }.map { .seconds(min(max(0, $0), 3_600)) }
    }

    private struct Refusal: Decodable {
        var code: String
    }
}
