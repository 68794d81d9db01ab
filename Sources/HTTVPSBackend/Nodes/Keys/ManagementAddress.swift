import Foundation
import HTTVPSProtocol

struct ManagementAddress: Sendable, CustomStringConvertible {
    let host: String
    let port: Int
    let certificateHash: String
    private let secretPath: String

    init(url: String, certificateHash: String) throws(OutlineServerError) {
        guard let parts = URLComponents(string: url), parts.scheme?.lowercased() == "https", let host = parts.host,
            !host.isEmpty
        else { throw OutlineServerError(.badAddress, "The management URL of the node is no https:// URL.") }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        port = parts.port ?? 443
        self.certificateHash = certificateHash.lowercased()
        var path = parts.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        secretPath = path
    }

    var target: TargetAddress? {
        UInt16(exactly: port).flatMap { TargetAddress(hostText: host.contains(":") ? "[\(host)]" : host, port: $0) }
    }

    var hostField: String { (host.contains(":") ? "[\(host)]" : host) + (port == 443 ? "" : ":\(port)") }

    func path(_ resource: String) -> String { secretPath + resource }

    var description: String { "ManagementAddress(***)" }
}
