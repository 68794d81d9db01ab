extension GatewayConfiguration {
    func keepingStartSettings(of start: GatewayConfiguration) -> GatewayConfiguration {
        var kept = start
        kept.fingerprint = fingerprint.filter { LiveSettings.keys.contains($0.key) }
        kept.fingerprint.merge(start.fingerprint) { live, _ in live }
        kept.listener.certificatePath = listener.certificatePath
        kept.listener.keyPath = listener.keyPath
        kept.listener.handshakeTimeout = listener.handshakeTimeout
        kept.sessions = sessions
        kept.sessions.maxPayload = start.sessions.maxPayload
        kept.egress = egress
        kept.egress.kind = start.egress.kind
        kept.log.level = log.level
        return kept
    }

    func keys(thatDifferFrom other: GatewayConfiguration) -> [String] {
        Set(fingerprint.keys).union(other.fingerprint.keys).filter { fingerprint[$0] != other.fingerprint[$0] }.sorted()
    }
}
