import Foundation
import UnixSignals

enum Interruption {
    static func watching<Result: Sendable>(_ work: @escaping @Sendable () async throws -> Result) async throws -> Result
    {
        let task = Task { try await work() }
        let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
        let watch = Task {
            var count = 0
            for await _ in signals {
                count += 1
                if count > 1 { exit(130) }
                task.cancel()
            }
        }
        defer { watch.cancel() }
        return try await task.value
    }
}
