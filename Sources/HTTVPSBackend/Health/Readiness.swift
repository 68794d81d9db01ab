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

    init(migrator: Migrator) {
        self.migrator = migrator
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
            return try await migrator.isCurrent() ? nil : .migrationPending
        } catch {
            return error.code == .databaseUnavailable ? .databaseUnavailable : .migrationPending
        }
    }
}
