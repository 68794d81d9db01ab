package enum ProxyProtocolMode: String, CaseIterable, Sendable {
    case off
    case optional
    case required
}
