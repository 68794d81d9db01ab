import Synchronization
import UnixSignals

final class Interruption: Sendable {
    struct Ended: Error {
        var signal: Int32
        var message: String
    }

    private let first = Mutex<Int32?>(nil)

    var signal: Int32? { first.withLock { $0 } }

    static func heeding(_ body: @escaping @Sendable (Interruption) async throws -> Void) async throws {
        let interruption = Interruption()
        let ignored = ForwardedSignals.ignored()
        let ending = [UnixSignal.sighup, .sigint, .sigterm].filter { !ignored.contains($0.rawValue) }
        let signals = await UnixSignalsSequence(trapping: ending)
        try await withThrowingTaskGroup(of: Void.self) { group in
            let running = Task { try await body(interruption) }
            group.addTask {
                for await signal in signals where !interruption.isFirst(signal.rawValue) { running.cancel() }
            }
            defer { group.cancelAll() }
            try await running.value
        }
    }

    private func isFirst(_ signal: Int32) -> Bool {
        first.withLock { first in
            defer { first = first ?? signal }
            return first == nil
        }
    }
}
