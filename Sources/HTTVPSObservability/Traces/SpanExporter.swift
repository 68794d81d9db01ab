import Logging
import ServiceLifecycle

package struct SpanExporter: Service, CustomStringConvertible {
    typealias Send = @Sendable ([FinishedSpan]) async throws -> Void

    static let batch = 512

    package var description: String { "SpanExporter" }

    let queue: SpanQueue
    let pause: Duration
    let logger: Logger
    let send: Send

    package func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                try? await Task.sleep(for: pause)
                await exportAll()
            }
        }
        await exportAll()
    }

    func exportAll() async {
        var isFailing = false
        while case let spans = queue.take(Self.batch), !spans.isEmpty {
            if isFailing {
                queue.lost(spans.count)
                continue
            }
            do {
                try await send(spans)
                queue.delivered(spans.count)
            } catch {
                isFailing = true
                queue.lost(spans.count)
                logger.debug("spans were not exported", metadata: .fields([.error: .string("\(error)")]))
            }
        }
    }
}
