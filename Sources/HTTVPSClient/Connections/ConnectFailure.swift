import Foundation
import NIOCore
import NIOPosix
import NIOSSL

package enum ConnectFailure {
    package static func sentence(_ error: any Error) -> String {
        switch error {
        case let error as NIOConnectionError:
            if let attempt = error.connectionErrors.first { return sentence(attempt.error) }
            return "no address is known for \(error.host)"
        case let error as IOError: return String(cString: strerror(error.errnoCode))
        case ChannelError.connectTimeout: return "no answer in time"
        case NIOSSLError.handshakeFailed(let cause): return handshake("\(cause)")
        case is NIOSSLExtraError: return "its certificate is for another name"
        default: return "\(error)"
        }
    }

    private static func handshake(_ cause: String) -> String {
        guard let mark = cause.range(of: "OPENSSL_internal:") else { return "the TLS handshake failed" }
        let reason = cause[mark.upperBound...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        switch reason {
        case "CERTIFICATE_VERIFY_FAILED":
            return "its certificate is expired, or not signed by an authority that is trusted here"
        case "WRONG_VERSION_NUMBER", "HTTP_REQUEST", "HTTPS_PROXY_REQUEST": return "it does not speak TLS"
        default: return "the TLS handshake failed: \(reason.lowercased().replacing("_", with: " "))"
        }
    }
}
