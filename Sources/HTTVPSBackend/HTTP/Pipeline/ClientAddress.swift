import HTTPTypes

struct ClientAddress: Sendable {
    let trustedProxies: [IPNetwork]

    func address(peer: String?, headers: HTTPFields) -> String {
        guard let peer else { return "unknown" }
        guard isTrusted(peer) else { return peer }
        let hops = headers.values(.forwardedFor).flatMap { $0.split(separator: ",") }.map(Self.trimmed)
        var address = peer
        for hop in hops.reversed() {
            guard IPNetwork.bytes(hop) != nil else { return address }
            address = hop
            guard isTrusted(hop) else { return address }
        }
        return address
    }

    private func isTrusted(_ address: String) -> Bool { trustedProxies.contains { $0.contains(address) } }

    private static func trimmed(_ hop: Substring) -> String { String(hop.filter { $0 != " " && $0 != "\t" }) }
}
