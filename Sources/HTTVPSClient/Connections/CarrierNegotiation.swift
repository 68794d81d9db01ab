import NIOCore
import NIOSSL
import NIOTLS

final class CarrierNegotiation: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer

    private let attempt: CarrierAttempt
    private let needsHTTP2: Bool

    init(_ attempt: CarrierAttempt, needsHTTP2: Bool) {
        self.attempt = attempt
        self.needsHTTP2 = needsHTTP2
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        attempt.secure(version: Self.tlsVersion(context), applicationProtocol: negotiated)
        do {
            if negotiated == "h2" {
                try HTTP2Connection.add(to: context.channel, attempt)
            } else if needsHTTP2 {
                return attempt.fail(.noHTTP2, "the site does not speak HTTP/2")
            } else {
                try HTTPUpgrade.add(to: context.channel, attempt)
            }
            context.pipeline.syncOperations.removeHandler(self, promise: nil)
        } catch {
            attempt.fail(error)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        attempt.fail(.insecure, "the connection ended in the TLS handshake")
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { attempt.fail(error) }

    private static func tlsVersion(_ context: ChannelHandlerContext) -> String? {
        switch (try? context.pipeline.syncOperations.nioSSL_tlsVersion()) ?? nil {
        case .tlsv13?: "TLS 1.3"
        case .tlsv12?: "TLS 1.2"
        default: nil
        }
    }
}
