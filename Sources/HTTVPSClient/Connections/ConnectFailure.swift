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
        case NIOSSLError.handshakeFailed(let cause) where "\(cause)".contains("CERTIFICATE_VERIFY_FAILED"):
            return "its certificate is not signed by an authority that is trusted here"
        case NIOSSLError.handshakeFailed(let cause): return "the TLS handshake failed: \(cause)"
        case is NIOSSLExtraError: return "its certificate is for another name"
        default: return "\(error)"
        }
    }
}
