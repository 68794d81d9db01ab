import HTTVPSPostgres
import Synchronization

final class Readiness: Sendable {
    enum Phase: Sendable {
        case starting
        case serving
        case draining
    }

    private let phase = Mutex(Phase.starting)
    private let migrator: Migrator
    private let keys: KeyRing

    init(migrator: Migrator, keys: KeyRing) {
        self.migrator = migrator
        self.keys = keys
    }

    func enter(_ next: Phase) {
        phase.withLock { phase in
            if phase != .draining { phase = next }
        }
    }

    func obstacle() async -> ProblemCode? {
        switch phase.withLock({ $0 }) {
        case .starting: return .starting
        case .draining: return .draining
        case .serving: break
        }
        do {
            guard try await migrator.isCurrent() else { return .migrationPending }
        } catch {
            switch error.code {
            case .newer: break
            case .databaseUnavailable: return .databaseUnavailable
            default: return .migrationPending
            }
        }
        return keys.isOpen ? nil : .starting
    }
}
