import HTTVPSProtocol
import NIOCore
import NIOHPACK

struct HTTP2Request {
    private static let hopByHop: Set<String> = [
        "connection", "host", "http2-settings", "keep-alive", "proxy-connection", "te", "trailer",
        "transfer-encoding", "upgrade", "expect",
    ]

    let head: RequestHead
    let isChunked: Bool
    let takesBody: Bool
    private let isWebSocket: Bool

    init?(_ headers: HPACKHeaders, hasBody: Bool) {
        guard let method = headers.first(name: ":method"), !method.isEmpty, method.utf8.allSatisfy(\.isTokenCharacter)
        else { return nil }
        let authority = headers.first(name: ":authority") ?? headers.first(name: "host") ?? ""
        isWebSocket = method == "CONNECT" && headers.first(name: ":protocol") == "websocket"
        let isExtended = method == "CONNECT" && headers.contains(name: ":protocol")
        let isTunnel = method == "CONNECT" && !isExtended
        takesBody = method != "CONNECT"
        guard let target = isTunnel ? authority : headers.first(name: ":path"), Self.isTarget(target),
            Self.isValue(authority)
        else { return nil }
        var fields = HeadFields()
        if !authority.isEmpty { fields.append("Host", authority) }
        var cookies: [String] = []
        for (name, value, _) in headers where !name.hasPrefix(":") && !Self.hopByHop.contains(name) {
            guard name.utf8.allSatisfy(\.isTokenCharacter), Self.isValue(value) else { return nil }
            if name == "content-length", !takesBody { continue }
            if name == "cookie" { cookies.append(value) } else { fields.append(name, value) }
        }
        if !cookies.isEmpty { fields.append("cookie", cookies.joined(separator: "; ")) }
        isChunked = hasBody && takesBody && !fields.contains("content-length")
        if isChunked { fields.append("Transfer-Encoding", "chunked") }
        head = RequestHead(method: isExtended ? "GET" : method, target: target, fields: fields)
    }

    func isUpgrade(to path: String?) -> Bool {
        guard let path, isWebSocket else { return false }
        let hosts = head.fields.values("host")
        return WebSocketHandshake.path(of: head.target) == path && hosts.allSatisfy(HostField.isCorrect)
            && head.fields.values("sec-websocket-version") == ["13"]
    }

    var bytes: ByteBuffer {
        var text = "\(head.method) \(head.target) HTTP/1.1\r\n"
        for field in head.fields.all { text += "\(field.name): \(field.value)\r\n" }
        return ByteBuffer(string: text + "\r\n")
    }

    private static func isTarget(_ target: String) -> Bool {
        !target.isEmpty && target.utf8.allSatisfy { $0 > 0x20 && $0 != 0x7F }
    }

    private static func isValue(_ value: String) -> Bool {
        value.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }
    }
}
