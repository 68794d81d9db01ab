import HTTVPSProtocol

struct TokenChain: Sendable {
    private(set) var current: String
    private var refresh: String?

    init(token: String) { current = token }

    mutating func renew(_ credentials: DeviceCredentials) {
        current = credentials.accessToken
        refresh = credentials.refreshToken
    }

    mutating func fallBack(after end: SessionEnd) -> Bool {
        guard end == .refused(reason: RefusalReason.tokenExpired.rawValue), let refresh, refresh != current else {
            return false
        }
        current = refresh
        self.refresh = nil
        return true
    }
}
