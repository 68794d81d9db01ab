import HTTVPSProtocol
package import NIOCore

package struct SocksNegotiation: ProxyNegotiation {
    private enum State {
        case greeting
        case authentication
        case request
        case done
    }

    private enum Reply: UInt8 {
        case succeeded = 0x00
        case general, notAllowed, networkUnreachable, hostUnreachable, connectionRefused, expired, commandUnsupported,
            addressUnsupported
    }

    private enum Method: UInt8 {
        case none = 0x00
        case password = 0x02
        case unacceptable = 0xFF
    }

    private static let version: UInt8 = 5
    private static let passwordVersion: UInt8 = 1

    private let credentials: LocalProxyCredentials?
    private var state = State.greeting

    package init(credentials: LocalProxyCredentials? = nil) { self.credentials = credentials }

    package var success: ByteBuffer { Self.reply(.succeeded) }

    package func failure(_ failure: ProxyFailure) -> ByteBuffer {
        switch failure {
        case .general, .busy: Self.reply(.general)
        case .denied: Self.reply(.notAllowed)
        case .unreachable, .badTarget: Self.reply(.hostUnreachable)
        case .reset: Self.reply(.connectionRefused)
        case .timeout: Self.reply(.expired)
        }
    }

    package mutating func receive(_ bytes: inout ByteBuffer) -> NegotiationStep {
        switch state {
        case .greeting: receiveGreeting(&bytes)
        case .authentication: receivePassword(&bytes)
        case .request: receiveRequest(&bytes)
        case .done: .wait
        }
    }

    private mutating func receiveGreeting(_ bytes: inout ByteBuffer) -> NegotiationStep {
        var rest = bytes
        guard let version = rest.readInteger(as: UInt8.self) else { return .wait }
        guard version == Self.version else { return refuse(ByteBuffer()) }
        guard let count = rest.readInteger(as: UInt8.self), let methods = rest.readBytes(length: Int(count)) else {
            return .wait
        }
        bytes = rest
        let method = credentials == nil ? Method.none : .password
        guard methods.contains(method.rawValue) else {
            return refuse(ByteBuffer(bytes: [Self.version, Method.unacceptable.rawValue]))
        }
        state = method == .password ? .authentication : .request
        return .reply(ByteBuffer(bytes: [Self.version, method.rawValue]))
    }

    private mutating func receivePassword(_ bytes: inout ByteBuffer) -> NegotiationStep {
        var rest = bytes
        guard let version = rest.readInteger(as: UInt8.self) else { return .wait }
        guard version == Self.passwordVersion else { return refuse(ByteBuffer()) }
        guard let user = rest.readLengthPrefixedSlice(as: UInt8.self),
            let password = rest.readLengthPrefixedSlice(as: UInt8.self)
        else { return .wait }
        bytes = rest
        let isRight = credentials?.match(user: user.readableBytesView, password: password.readableBytesView) ?? false
        guard isRight else { return refuse(ByteBuffer(bytes: [Self.passwordVersion, 0x01])) }
        state = .request
        return .reply(ByteBuffer(bytes: [Self.passwordVersion, 0x00]))
    }

    private mutating func receiveRequest(_ bytes: inout ByteBuffer) -> NegotiationStep {
        var rest = bytes
        guard let head = rest.readBytes(length: 3) else { return .wait }
        guard head[0] == Self.version, head[2] == 0 else { return refuse(Self.reply(.general)) }
        let target: TargetAddress?
        do {
            target = try rest.readSocksAddress()
        } catch .truncated {
            return .wait
        } catch {
            return refuse(Self.reply(.addressUnsupported))
        }
        bytes = rest
        if head[1] == 0x03 {
            state = .done
            return .associate
        }
        guard head[1] == 0x01 else { return refuse(Self.reply(.commandUnsupported)) }
        guard let target else { return refuse(Self.reply(.hostUnreachable)) }
        state = .done
        return .open(target.normalized, preface: ByteBuffer())
    }

    private mutating func refuse(_ answer: ByteBuffer) -> NegotiationStep {
        state = .done
        return .refuse(answer)
    }

    static func associated(at address: SocketAddress) -> ByteBuffer {
        let host = address.ipAddress ?? ""
        guard let bound = TargetAddress(hostName: host, port: UInt16(clamping: address.port ?? 0)) else {
            return reply(.general)
        }
        var answer = ByteBuffer(bytes: [version, Reply.succeeded.rawValue, 0])
        answer.writeSocksAddress(bound)
        return answer
    }

    private static func reply(_ reply: Reply) -> ByteBuffer {
        ByteBuffer(bytes: [version, reply.rawValue, 0, 0x01, 0, 0, 0, 0, 0, 0])
    }
}
