import NIOCore

/// How a local proxy listens and whom it serves.
public struct LocalProxyConfiguration: Sendable {
    /// What the proxy speaks.
    public var kind: LocalProxy.Kind
    /// The address or host name to listen on.
    public var host = "127.0.0.1"
    /// The port to listen on; 0 takes a free one.
    public var port: Int
    /// Whether an application hears of success before the far end does: its first data then travels right behind the
    /// request. Otherwise the answer waits for the far end and names its failure.
    public var repliesAtOnce = true
    /// The user and password that applications must give: RFC 1929 with SOCKS5, Basic with HTTP.
    public var credentials: LocalProxyCredentials?
    /// Whether a proxy without credentials may listen on an address that other machines reach.
    public var servesOthers = false
    /// How many applications' connections may be open at once; more wait until one ends.
    public var maximumConnections = 1_024
    /// How long an application may take for its request.
    public var handshakeTimeout: Duration = .seconds(10)
    /// After how long without a byte either way a connection is closed; never where `nil`.
    public var idleTimeout: Duration?

    /// Describes a proxy on this machine's loopback address.
    public init(_ kind: LocalProxy.Kind, port: Int) {
        self.kind = kind
        self.port = port
    }

    func validate() throws(ClientError) {
        guard (0...65_535).contains(port) else { throw ClientError(.configuration, "no possible port: \(port)") }
        guard maximumConnections > 0 else {
            throw ClientError(.configuration, "a local proxy needs room for at least one connection")
        }
        guard credentials != nil || servesOthers || isLoopback else {
            let reason = "other machines could use the proxy on \(host) without a password"
            throw ClientError(.configuration, reason + "; let it listen on 127.0.0.1 or [::1]")
        }
    }

    var isLoopback: Bool {
        if host.lowercased() == "localhost" { return true }
        let address = (try? SocketAddress(ipAddress: host, port: port))?.ipAddress ?? ""
        return address == "::1" || address.hasPrefix("127.")
    }
}
