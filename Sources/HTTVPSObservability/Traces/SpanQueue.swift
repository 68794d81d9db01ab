import Synchronization

package final class SpanQueue: Sendable {
    package struct Counts: Equatable, Sendable {
        package var exported: Int64 = 0
        package var dropped: Int64 = 0
        package var failed: Int64 = 0
    }

    private struct State {
        var spans: [FinishedSpan] = []
        var counts = Counts()
    }

    private let capacity: Int
    private let state = Mutex(State())

    package init(capacity: Int = 4_096) { self.capacity = capacity }

    package var counts: Counts { state.withLock { $0.counts } }

    func append(_ span: FinishedSpan) {
        state.withLock { state in
            if state.spans.count < capacity { state.spans.append(span) } else { state.counts.dropped += 1 }
        }
    }

    func take(_ most: Int) -> [FinishedSpan] {
        state.withLock { state in
            let batch = Array(state.spans.prefix(most))
            state.spans.removeFirst(batch.count)
            return batch
        }
    }

    func delivered(_ count: Int) { state.withLock { $0.counts.exported += Int64(count) } }

    func lost(_ count: Int) { state.withLock { $0.counts.failed += Int64(count) } }
}

extension SpanQueue {
    package func register(on registry: PrometheusRegistry, service: String) {
        let readers: [(name: String, help: String, read: @Sendable (Counts) -> Int64)] = [
            ("exported", "Spans that the collector has taken.", { $0.exported }),
            ("dropped", "Spans that found no room in the queue.", { $0.dropped }),
            ("failed", "Spans that the collector did not take.", { $0.failed }),
        ]
        for reader in readers {
            registry.counter("httvps_\(service)_spans_\(reader.name)_total", help: reader.help) { [self] in
                Double(reader.read(counts))
            }
        }
    }
}
