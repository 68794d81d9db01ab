import Foundation

/// Where a gateway listens: the parts of a `wss://host:port/path` address.
public struct GatewayAddress: Hashable, Sendable, CustomStringConvertible {
    /// Host name or IP address, an IPv6 address without brackets.
    public let host: String
    /// TCP port.
    public let port: Int
    /// Path of the tunnel on that site, with its query if it has one.
    public let path: String
    let isSecure: Bool

    /// Reads a `wss://host[:port]/path` address.
    public init(_ url: String) throws(ClientError) {
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "wss" else {
            throw ClientError(.configuration, "the gateway's address must begin with wss://, as in wss://host:443/ws")
        }
        guard let host = parts.host, !host.isEmpty, parts.user == nil, parts.fragment == nil,
            (1...65_535).contains(parts.port ?? 443)
        else {
            throw ClientError(
                .configuration, "the gateway's address names no possible host and port; it looks like wss://host:443/ws"
            )
        }
        let bare = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let path = parts.percentEncodedPath.isEmpty ? "/" : parts.percentEncodedPath
        self.init(
            host: bare, port: parts.port ?? 443, path: parts.percentEncodedQuery.map { "\(path)?\($0)" } ?? path,
            isSecure: true)
    }

    init(host: String, port: Int, path: String, isSecure: Bool) {
        self.host = host
        self.port = port
        self.path = path
        self.isSecure = isSecure
    }

    var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    var origin: String { "\(isSecure ? "https" : "http")://\(hostHeader)" }

    /// The address without its path, which may be a secret.
    public var description: String { "\(isSecure ? "wss" : "ws")://\(host.contains(":") ? "[\(host)]" : host):\(port)" }
}
