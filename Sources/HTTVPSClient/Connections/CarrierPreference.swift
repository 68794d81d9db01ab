/// Which carriers a tunnel may use.
public enum CarrierPreference: String, CaseIterable, Sendable {
    /// HTTP/2 where the gateway takes WebSockets there, else HTTP/1.1, as a browser does.
    case auto
    /// HTTP/2 alone.
    case h2
    /// HTTP/1.1 alone.
    case http1
}
