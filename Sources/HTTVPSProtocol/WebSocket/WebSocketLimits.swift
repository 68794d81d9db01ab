package struct WebSocketLimits: Equatable, Sendable {
    package var text: Int?
    package var binary: Int?

    package init(text: Int?, binary: Int?) {
        self.text = text
        self.binary = binary
    }

    package init(text: Bool, binaryPayload: Int?) {
        self.text = text ? FrameLimits.textMessage : nil
        binary = binaryPayload.map { $0 + FrameLimits.binaryOverhead }
    }

    func limit(of opcode: WebSocketOpcode) throws(WebSocketError) -> Int {
        guard let limit = opcode == .text ? text : binary else {
            throw WebSocketError(TunnelError(.badFrame, "a \(opcode) message where none is agreed"))
        }
        return limit
    }
}
