package import NIOCore

package struct WebSocketCloseCode: RawRepresentable, Hashable, Sendable {
    package let rawValue: UInt16

    package init(rawValue: UInt16) { self.rawValue = rawValue }

    package static let normal = WebSocketCloseCode(rawValue: 1000)
    package static let goingAway = WebSocketCloseCode(rawValue: 1001)
    package static let protocolError = WebSocketCloseCode(rawValue: 1002)
    package static let illFormedText = WebSocketCloseCode(rawValue: 1007)
    package static let policyViolation = WebSocketCloseCode(rawValue: 1008)
    package static let messageTooBig = WebSocketCloseCode(rawValue: 1009)
    package static let internalError = WebSocketCloseCode(rawValue: 1011)

    package var mayBeSent: Bool {
        switch rawValue {
        case 1000...1003, 1007...1014, 3000...4999: true
        default: false
        }
    }
}

package struct WebSocketClose: Equatable, Sendable {
    package var code: WebSocketCloseCode?
    package var reason: String

    package init(code: WebSocketCloseCode?, reason: String = "") {
        self.code = code
        self.reason = reason
    }

    package init(payload: ByteBuffer) throws(WebSocketError) {
        var payload = payload
        guard payload.readableBytes > 0 else {
            self.init(code: nil)
            return
        }
        guard let code = payload.readInteger(as: UInt16.self).map(WebSocketCloseCode.init(rawValue:)) else {
            throw .broken("a close frame of one byte")
        }
        guard code.mayBeSent else { throw .broken("close code \(code.rawValue) must not be sent") }
        var validator = UTF8Validator()
        guard validator.accept(payload), validator.isComplete else {
            throw WebSocketError(.illFormedText, "the close reason is not UTF-8")
        }
        self.init(code: code, reason: String(buffer: payload))
    }

    package var payload: ByteBuffer {
        guard let code else { return ByteBuffer() }
        var payload = ByteBuffer(integer: code.rawValue)
        var room = WebSocketFrame.maximumControlPayload - payload.readableBytes
        for character in reason {
            room -= character.utf8.count
            guard room >= 0 else { break }
            payload.writeString(String(character))
        }
        return payload
    }
}
