import Synchronization
import UnixSignals

final class Interruption: Sendable {
    struct Ended: Error {
        var signal: Int32
        var message: String
    }

    enum Ending {
        case atFirstSignal
        case atSecondSignal
    }

    private let first = Mutex<Int32?>(nil)

    var signal: Int32? { first.withLock { $0 } }

    static func doubting<Result: Sendable>(
        _ advice: String, _ body: @escaping @Sendable () async throws -> Result
    ) async throws -> Result {
        try await heeding(.atFirstSignal) { interruption in
            do { return try await body() } catch {
                guard let signal = interruption.signal else { throw error }
                throw Ended(signal: signal, message: "stopped by a signal\n        \(advice)")
            }
        }
    }

    static func heeding<Result: Sendable>(
        _ ending: Ending, _ body: @escaping @Sendable (Interruption) async throws -> Result
    ) async throws -> Result {
        let interruption = Interruption()
        let ignored = ForwardedSignals.ignored()
        let trapped = [UnixSignal.sighup, .sigint, .sigterm].filter { !ignored.contains($0.rawValue) }
        let signals = await UnixSignalsSequence(trapping: trapped)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            let running = Task { try await body(interruption) }
            group.addTask {
                for await signal in signals where !interruption.isFirst(signal.rawValue) || ending == .atFirstSignal {
                    running.cancel()
                }
            }
            defer { group.cancelAll() }
            return try await running.value
        }
    }

    private func isFirst(_ signal: Int32) -> Bool {
        first.withLock { first in
            defer { first = first ?? signal }
            return first == nil
        }
    }
}
