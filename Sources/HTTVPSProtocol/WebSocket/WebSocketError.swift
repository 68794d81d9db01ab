package struct WebSocketError: Error, Equatable, CustomStringConvertible {
    package var closeCode: WebSocketCloseCode
    package var message: String
    package var tunnelError: TunnelError?

    package init(_ closeCode: WebSocketCloseCode, _ message: String) {
        self.closeCode = closeCode
        self.message = message
    }

    package init(_ tunnelError: TunnelError) {
        closeCode = WebSocketCloseCode(rawValue: tunnelError.code.closeCode)
        message = tunnelError.message
        self.tunnelError = tunnelError
    }

    package var description: String { "websocket \(closeCode.rawValue): \(message)" }

    package static let tooManyFragments = WebSocketError(
        TunnelError(.badFrame, "a message of more than \(FrameLimits.fragments) fragments"))

    static func broken(_ message: String) -> WebSocketError { WebSocketError(.protocolError, message) }
}
