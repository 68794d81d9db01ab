import HTTVPSObservability
import Logging
import ServiceLifecycle

struct KeyRotationService: Service {
    private static let workers = 4

    let rotator: KeyRotator
    let interval: Duration
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await keepStarting() }
                for _ in 0..<Self.workers { group.addTask { await work() } }
            }
        }
    }

    private func keepStarting() async {
        while !Task.isCancelled {
            do {
                try await rotator.store.startDue(at: rotator.now())
                rotator.metrics.running.set(try await rotator.store.running())
            } catch {
                logger.debug("key rotations were not looked for", metadata: .fields([.error: .string("\(error)")]))
            }
            try? await Task.sleep(for: interval)
        }
    }

    private func work() async {
        while !Task.isCancelled {
            do {
                if try await rotator.step() { continue }
            } catch {
                logger.debug("no key rotation was taken", metadata: .fields([.error: .string("\(error)")]))
            }
            try? await Task.sleep(for: interval)
        }
    }
}
