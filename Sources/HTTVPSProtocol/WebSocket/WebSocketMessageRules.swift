struct WebSocketMessageRules: Sendable {
    private struct OpenMessage {
        var opcode: WebSocketOpcode
        var length: Int
        var fragments: Int
    }

    var limits: WebSocketLimits
    private var message: OpenMessage?

    init(limits: WebSocketLimits) { self.limits = limits }

    mutating func check(_ header: WebSocketFrameHeader) throws(WebSocketError) {
        guard !header.opcode.isControl else { return }
        var open = try openMessage(header.opcode)
        let limit = try limits.limit(of: open.opcode)
        guard header.length <= limit - open.length else {
            throw WebSocketError(TunnelError(.messageTooBig, "a \(open.opcode) message of more than \(limit) bytes"))
        }
        open.length += header.length
        open.fragments += 1
        guard open.fragments <= FrameLimits.fragments else {
            throw .tooManyFragments
        }
        message = header.isFinal ? nil : open
    }

    private func openMessage(_ opcode: WebSocketOpcode) throws(WebSocketError) -> OpenMessage {
        switch (opcode, message) {
        case (.continuation, let open?): return open
        case (.continuation, nil): throw .broken("a continuation of no message")
        case (_, .some): throw .broken("a new message within a fragmented one")
        default: return OpenMessage(opcode: opcode, length: 0, fragments: 0)
        }
    }
}
