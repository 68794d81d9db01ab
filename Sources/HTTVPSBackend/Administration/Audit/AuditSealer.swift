import Foundation
import HTTVPSObservability
import Logging
import ServiceLifecycle

struct AuditSealer: Service {
    let sealing: AuditSealing
    let interval: Duration
    let now: @Sendable () -> Date
    let metrics: AuditMetrics
    let logger: Logger

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                await seal()
                try? await Task.sleep(for: interval)
            }
        }
        await seal()
    }

    private func seal() async {
        do {
            for head in try await sealing.sealAll(at: now()) {
                metrics.blocks[.sealed].increment()
                logger.info(
                    "audit block sealed",
                    metadata: .fields([.block: .number(head.number), .hash: .string(head.hash.hex)]))
            }
        } catch {
            metrics.blocks[.failed].increment()
            logger.debug("audit events were not sealed", metadata: .fields([.error: .string("\(error)")]))
        }
    }
}
