import AsyncHTTPClient
import HTTVPSClient
import NIOCore
import NIOPosix
import NIOSSL

enum SendingFailure {
    private static let unsent: [HTTPClientError] = [
        .connectTimeout, .tlsHandshakeTimeout, .getConnectionFromPoolTimeout, .emptyHost, .invalidURL,
    ]
    private static let unreached: Set<Int32> = [ECONNREFUSED, ENETUNREACH, EHOSTUNREACH, EADDRNOTAVAIL]

    static func mayHaveArrived(_ error: ClientError) -> Bool {
        switch error.cause {
        case is NIOConnectionError, is NIOSSLExtraError, ChannelError.connectTimeout?, NIOSSLError.handshakeFailed?:
            false
        case let cause as IOError: !unreached.contains(cause.errnoCode)
        case let cause as HTTPClientError: !unsent.contains(cause) && !cause.description.contains("invalidHeader")
        default: true
        }
    }
}
