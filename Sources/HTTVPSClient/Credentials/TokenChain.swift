import Foundation
import HTTVPSProtocol
import Synchronization

final class TokenChain: Sendable {
    struct Presentation: Sendable {
        var token: String
        var isRenewal = false
        var lock: CredentialLock?
    }

    private enum Source {
        case memory(access: String, refresh: String?)
        case file(CredentialFile)
    }

    private struct State {
        var source: Source
        var presented = ""
        var isRenewing = false
        var expired: String?
    }

    private static let margin: TimeInterval = 5

    private let state: Mutex<State>

    init(token: String) { state = Mutex(State(source: .memory(access: token, refresh: nil))) }

    init(file: CredentialFile) { state = Mutex(State(source: .file(file))) }

    convenience init(_ configuration: TunnelConfiguration) {
        if let file = configuration.credentials {
            self.init(file: file)
        } else {
            self.init(token: configuration.token)
        }
    }

    func present(at now: Date = Date()) async throws(ClientError) -> Presentation {
        let (source, expired) = state.withLock { ($0.source, $0.expired) }
        switch source {
        case .memory(let access, let refresh):
            guard access == expired, let refresh else { return noting(Presentation(token: access)) }
            return noting(Presentation(token: refresh, isRenewal: true))
        case .file(let file):
            return noting(try await Self.presentation(of: file, expired: expired, at: now))
        }
    }

    func presentForResume() async -> Presentation {
        switch state.withLock({ $0.source }) {
        case .memory(let access, _): return noting(Presentation(token: access))
        case .file(let file):
            let kept = try? await file.read()
            return noting(Presentation(token: kept?.accessToken ?? state.withLock { $0.presented }))
        }
    }

    func keep(
        _ credentials: DeviceCredentials?, for presentation: Presentation, at now: Date = Date()
    ) async throws(ClientError) {
        defer { presentation.lock?.release() }
        guard let credentials else { return }
        let file: CredentialFile? = state.withLock { state in
            if case .file(let file) = state.source { return file }
            state.source = .memory(access: credentials.accessToken, refresh: credentials.refreshToken)
            return nil
        }
        guard let file else { return }
        let renewed = try await file.read().renewed(
            accessToken: credentials.accessToken, refreshToken: credentials.refreshToken,
            lifetime: credentials.expiresInSeconds, at: now)
        try await file.write(renewed)
    }

    func keep(
        _ credentials: DeviceCredentials?, for presentation: Presentation, of configuration: TunnelConfiguration
    ) async {
        do {
            try await keep(credentials, for: presentation)
            if let credentials {
                configuration.credentialsRenewed?(credentials.accessToken, credentials.refreshToken)
            }
        } catch {
            configuration.credentialsNotKept?(error)
        }
    }

    func fallBack(after end: SessionEnd) -> Bool {
        state.withLock { state in
            guard end == .refused(reason: RefusalReason.tokenExpired.rawValue), !state.isRenewing else { return false }
            if case .memory(_, nil) = state.source { return false }
            state.expired = state.presented
            return true
        }
    }

    private func noting(_ presentation: Presentation) -> Presentation {
        state.withLock { state in
            state.presented = presentation.token
            state.isRenewing = presentation.isRenewal
        }
        return presentation
    }

    private static func presentation(
        of file: CredentialFile, expired: String?, at now: Date
    ) async throws(ClientError) -> Presentation {
        if let access = usableAccess(in: try await file.read(), expired, at: now) { return Presentation(token: access) }
        let lock = try await file.lock()
        let profile = try await file.read()
        guard let access = usableAccess(in: profile, expired, at: now) else {
            return Presentation(token: profile.refreshToken, isRenewal: true, lock: lock)
        }
        lock.release()
        return Presentation(token: access)
    }

    private static func usableAccess(in profile: DeviceProfile, _ expired: String?, at now: Date) -> String? {
        guard profile.accessExpiresAt.timeIntervalSince(now) > margin, profile.accessToken != expired else {
            return nil
        }
        return profile.accessToken
    }
}
