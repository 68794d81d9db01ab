package import Logging
import Synchronization

package final class LogThreshold: Sendable {
    private let index: Atomic<Int>
    private let configured: Mutex<Logger.Level>

    package init(_ level: Logger.Level) {
        index = Atomic(Self.index(of: level))
        configured = Mutex(level)
    }

    package var level: Logger.Level { Logger.Level.allCases[index.load(ordering: .relaxed)] }

    package func set(_ level: Logger.Level) {
        configured.withLock {
            $0 = level
            index.store(Self.index(of: level), ordering: .relaxed)
        }
    }

    package func toggleDebug() {
        configured.withLock { configured in
            let next = level == configured ? min(configured, .debug) : configured
            index.store(Self.index(of: next), ordering: .relaxed)
        }
    }

    private static func index(of level: Logger.Level) -> Int { Logger.Level.allCases.firstIndex(of: level) ?? 0 }
}
