import Foundation
import HTTVPSConfiguration

extension GatewayConfiguration {
    package var ownHosts: [String] {
        let urls = [backend.baseURL.host(), identity.publicURL.flatMap { URL(string: $0)?.host() }]
        let listeners = [listener.address.host, admin.address.host].filter { !["0.0.0.0", "::", "[::]"].contains($0) }
        return urls.compactMap { $0 } + listeners
    }
}
