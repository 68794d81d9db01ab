import Foundation
import HTTVPSProtocol
package import NIOCore

package struct HTTPProxyNegotiation: ProxyNegotiation {
    static let maximumHead = 65_536

    private let credentials: LocalProxyCredentials?
    private var isDone = false
    private var isTunnel = true

    package init(credentials: LocalProxyCredentials? = nil) { self.credentials = credentials }

    package var success: ByteBuffer {
        isTunnel ? ByteBuffer(string: "HTTP/1.1 200 Connection established\r\n\r\n") : ByteBuffer()
    }

    package func failure(_ failure: ProxyFailure) -> ByteBuffer {
        switch failure {
        case .general: Self.answer("502 Bad Gateway", "the tunnel failed")
        case .denied: Self.answer("403 Forbidden", "the gateway does not allow this target")
        case .unreachable: Self.answer("502 Bad Gateway", "the target cannot be reached")
        case .reset: Self.answer("502 Bad Gateway", "the target ended the connection")
        case .timeout: Self.answer("504 Gateway Timeout", "the tunnel is not connected, or the target was silent")
        case .busy: Self.answer("503 Service Unavailable", "too many streams are open, or the gateway is going down")
        case .badTarget: Self.answer("400 Bad Request", "no possible host and port")
        }
    }

    package mutating func receive(_ bytes: inout ByteBuffer) -> NegotiationStep {
        guard !isDone else { return .wait }
        guard let length = Self.headLength(bytes) else {
            guard bytes.readableBytes >= Self.maximumHead else { return .wait }
            isDone = true
            return .refuse(Self.answer("431 Request Header Fields Too Large", "the request's head is too long"))
        }
        isDone = true
        let lines = (bytes.readString(length: length) ?? "").components(separatedBy: "\r\n").filter { !$0.isEmpty }
        let request = (lines.first ?? "").split(separator: " ", omittingEmptySubsequences: false).map(String.init)
        guard request.count == 3, request[2].hasPrefix("HTTP/1.") else {
            return .refuse(Self.answer("400 Bad Request", "this is no HTTP/1.1 request"))
        }
        let fields = Array(lines.dropFirst())
        guard isAllowed(fields) else { return .refuse(Self.challenge) }
        return request[0] == "CONNECT" ? connect(request[1]) : forward(request, fields)
    }

    private func connect(_ authority: String) -> NegotiationStep {
        guard let target = TargetAddress(authority) else { return .refuse(failure(.badTarget)) }
        return .open(target, preface: ByteBuffer())
    }

    private mutating func forward(_ request: [String], _ fields: [String]) -> NegotiationStep {
        let scheme = "http://"
        guard request[1].lowercased().hasPrefix(scheme) else {
            return .refuse(
                Self.answer("400 Bad Request", "this is a proxy: use CONNECT or an absolute http:// address"))
        }
        let rest = request[1].dropFirst(scheme.count)
        let authority = String(rest.prefix { $0 != "/" && $0 != "?" })
        guard let target = TargetAddress(authority) ?? TargetAddress(authority + ":80") else {
            return .refuse(failure(.badTarget))
        }
        isTunnel = false
        let path = String(rest.dropFirst(authority.count))
        var head = "\(request[0]) \(path.hasPrefix("/") ? path : "/" + path) HTTP/1.1\r\n"
        for field in fields where !Self.isHopByHop(field) { head += field + "\r\n" }
        head += "Connection: close\r\n\r\n"
        return .open(target, preface: ByteBuffer(string: head))
    }

    private func isAllowed(_ fields: [String]) -> Bool {
        guard let credentials else { return true }
        let given = fields.filter { $0.lowercased().hasPrefix("proxy-authorization:") }
        guard given.count == 1, let value = given.first?.drop(while: { $0 != ":" }).dropFirst() else { return false }
        let words = value.split(separator: " ")
        guard words.count == 2, words[0].lowercased() == "basic", let pair = Data(base64Encoded: String(words[1])),
            let colon = pair.firstIndex(of: UInt8(ascii: ":"))
        else { return false }
        return credentials.match(user: pair[..<colon], password: pair[pair.index(after: colon)...])
    }

    private static func isHopByHop(_ field: String) -> Bool {
        let name = field.prefix { $0 != ":" }.lowercased()
        return name == "connection" || name == "keep-alive" || name.hasPrefix("proxy-")
    }

    private static func headLength(_ bytes: ByteBuffer) -> Int? {
        let view = bytes.readableBytesView.prefix(maximumHead)
        return view.firstRange(of: [13, 10, 13, 10]).map { $0.upperBound - view.startIndex }
    }

    private static var challenge: ByteBuffer {
        answer(
            "407 Proxy Authentication Required", "this proxy wants a user and a password",
            field: "Proxy-Authenticate: Basic realm=\"httvps\"\r\n")
    }

    private static func answer(_ status: String, _ sentence: String, field: String = "") -> ByteBuffer {
        let body = sentence + "\n"
        return ByteBuffer(
            string: "HTTP/1.1 \(status)\r\n\(field)Content-Type: text/plain; charset=utf-8\r\n"
                + "Content-Length: \(body.utf8.count)\r\nConnection: close\r\n\r\n\(body)")
    }
}
