package import HTTVPSProtocol

package struct SessionEnding: Equatable, Sendable {
    package enum Farewell: Equatable, Sendable {
        case none
        case refusal(RefusalReason)
        case error(TunnelError)
    }

    package var farewell: Farewell
    package var close: WebSocketClose?
    package var awaitsPeer: Bool
    package var handshake: HandshakeOutcome
    package var end: SessionEnd
    package var reason: String

    private init(
        _ farewell: Farewell, close: WebSocketClose?, awaitsPeer: Bool, handshake: HandshakeOutcome, end: SessionEnd,
        reason: String? = nil
    ) {
        self.farewell = farewell
        self.close = close
        self.awaitsPeer = awaitsPeer
        self.handshake = handshake
        self.end = end
        self.reason = reason ?? end.rawValue
    }

    package static func refused(_ reason: RefusalReason) -> SessionEnding {
        SessionEnding(
            .refusal(reason), close: WebSocketClose(code: .policyViolation, reason: reason.rawValue), awaitsPeer: true,
            handshake: HandshakeOutcome(reason), end: .internal)
    }

    package static func failed(_ error: TunnelError, allowed: Bool) -> SessionEnding {
        let code = allowed ? WebSocketCloseCode(rawValue: error.code.closeCode) : .policyViolation
        return SessionEnding(
            .error(error), close: WebSocketClose(code: code, reason: error.code.rawValue), awaitsPeer: true,
            handshake: HandshakeOutcome(error.code), end: SessionEnd(error.code))
    }

    package static func broken(_ error: WebSocketError) -> SessionEnding {
        SessionEnding(
            .none, close: WebSocketClose(code: error.closeCode), awaitsPeer: false, handshake: .aborted, end: .badFrame)
    }

    package static func closedByPeer(_ close: WebSocketClose) -> SessionEnding {
        SessionEnding(
            .none, close: WebSocketClose(code: close.code), awaitsPeer: false, handshake: .aborted, end: .clientClosed)
    }

    package static func revoked(_ reason: String) -> SessionEnding {
        let code: TunnelError.Code = reason == TunnelError.Code.quotaExceeded.rawValue ? .quotaExceeded : .revoked
        var ending = failed(TunnelError(code, reason), allowed: true)
        ending.reason = reason
        return ending
    }

    package static let lost = SessionEnding(
        .none, close: nil, awaitsPeer: false, handshake: .aborted, end: .transportLost)
}
