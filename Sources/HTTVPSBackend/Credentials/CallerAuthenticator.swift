import Foundation
import HTTVPSProtocol
import Synchronization

final class CallerAuthenticator: BearerAuthenticator {
    static let pathsThatCheckTheGateway: Set<String> = [
        ControlPlanePath.validateDevice, ControlPlanePath.assignOutline, ControlPlanePath.usageReport,
        ControlPlanePath.gatewayHeartbeat,
    ]
    private static let pathsOfActiveGateways: Set<String> = [
        ControlPlanePath.validateDevice, ControlPlanePath.assignOutline,
    ]
    private static let maximumKnownGateways = 10_000

    private let store: CallerStore
    private let keys: KeyRing
    private let hasher: CredentialHasher
    private let deviceTokens: AccessTokens
    private let administratorTokens: AccessTokens
    private let now: @Sendable () -> Date
    private let knownGateways = Mutex<[CredentialHash: String]>([:])

    init(
        store: CallerStore, keys: KeyRing, hasher: CredentialHasher, deviceTokens: AccessTokens,
        administratorTokens: AccessTokens, now: @escaping @Sendable () -> Date
    ) {
        self.store = store
        self.keys = keys
        self.hasher = hasher
        self.deviceTokens = deviceTokens
        self.administratorTokens = administratorTokens
        self.now = now
    }

    func caller(authorization: String?, path: String) async throws -> Caller {
        guard let authorization else { return .none }
        try keys.checkOpen()
        let parts = authorization.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.first?.lowercased() == "bearer" else { throw CredentialError.absent }
        guard parts.count == 2, !parts[1].isEmpty else { throw CredentialError.invalid }
        let text = String(parts[1])
        guard text.hasPrefix("hv") else { return try await callerWithAccessToken(text) }
        guard let token = OpaqueToken(text) else { throw CredentialError.invalid }
        return try await caller(with: token, path: path)
    }

    func confirm(_ caller: Caller, path: String) async throws {
        switch caller {
        case .gateway(_, let credential):
            guard let status = try await store.gatewayStatus(credential) else {
                knownGateways.withLock { _ = $0.removeValue(forKey: credential) }
                throw CredentialError.invalid
            }
            if status == .disabled, Self.pathsOfActiveGateways.contains(path) { throw GatewayStanding.disabled }
        case .node(_, let credential):
            guard let status = try await store.nodeStatus(credential) else { throw CredentialError.invalid }
            if status == .disabled, path == ControlPlanePath.outlineHeartbeat { throw HeartbeatStore.disabledNode }
        case .device, .administrator, .apiToken, .none: return
        }
    }

    private func caller(with token: OpaqueToken, path: String) async throws -> Caller {
        let credential = hasher.hash(token)
        switch token.kind {
        case .gateway: return .gateway(id: try await gateway(credential, path: path), credential: credential)
        case .node:
            guard let id = try await store.node(credential) else { throw CredentialError.invalid }
            return .node(id: id, credential: credential)
        case .apiToken: return try await operatorCaller(credential)
        case .refresh: throw CredentialError.invalid
        }
    }

    private func gateway(_ credential: CredentialHash, path: String) async throws -> String {
        if Self.pathsThatCheckTheGateway.contains(path), let known = knownGateways.withLock({ $0[credential] }) {
            return known
        }
        guard let id = try await store.gateway(credential) else {
            knownGateways.withLock { _ = $0.removeValue(forKey: credential) }
            throw CredentialError.invalid
        }
        knownGateways.withLock { known in
            if known.count >= Self.maximumKnownGateways { known.removeAll() }
            known[credential] = id
        }
        return id
    }

    private func operatorCaller(_ credential: CredentialHash) async throws -> Caller {
        let moment = now()
        guard let token = try await store.apiToken(credential, at: moment) else { throw CredentialError.invalid }
        guard token.expiresAt > moment else { throw CredentialError.expired }
        return .apiToken(id: token.id, name: token.name, role: token.role)
    }

    private func callerWithAccessToken(_ text: String) async throws -> Caller {
        let tokens = administratorTokens.owns(text) ? administratorTokens : deviceTokens
        let claims = try await tokens.claims(of: text, at: now())
        switch tokens.audience {
        case .device:
            guard let family = claims.fam,
                let user = try await store.deviceOwner(device: claims.sub, family: family)
            else { throw CredentialError.invalid }
            return .device(id: claims.sub, userID: user)
        case .admin:
            guard let found = try await store.administrator(claims.sub),
                claims.fam == String(found.generation)
            else { throw CredentialError.invalid }
            return .administrator(id: found.id, name: found.name, role: found.role)
        }
    }
}
