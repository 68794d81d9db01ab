import Synchronization
package import Tracing

package final class RecordedSpan: Span {
    private struct State {
        var name: String
        var attributes: SpanAttributes = [:]
        var status: SpanStatus?
        var isOver = false
    }

    package let context: ServiceContext
    private let place: TraceContext
    private let parentSpanID: UInt64
    private let kind: SpanKind
    private let startedAt: UInt64
    private let queue: SpanQueue
    private let state: Mutex<State>

    init(
        _ name: String, at place: TraceContext, parentSpanID: UInt64, kind: SpanKind, context: ServiceContext,
        startedAt: UInt64, queue: SpanQueue
    ) {
        var context = context
        context.trace = place
        self.context = context
        self.place = place
        self.parentSpanID = parentSpanID
        self.kind = kind
        self.startedAt = startedAt
        self.queue = queue
        state = Mutex(State(name: name))
    }

    package var trace: TraceContext { place }

    package var isRecording: Bool { place.isSampled && !state.withLock { $0.isOver } }

    package var operationName: String {
        get { state.withLock { $0.name } }
        set { state.withLock { $0.name = newValue } }
    }

    package var attributes: SpanAttributes {
        get { state.withLock { $0.attributes } }
        set { state.withLock { $0.attributes = newValue } }
    }

    package func setStatus(_ status: SpanStatus) { state.withLock { $0.status = status } }

    package func addEvent(_ event: SpanEvent) {}

    package func addLink(_ link: SpanLink) {}

    package func recordError<Instant: TracerInstant>(
        _ error: any Error, attributes: SpanAttributes, at instant: @autoclosure () -> Instant
    ) { setStatus(SpanStatus(code: .error)) }

    package func end<Instant: TracerInstant>(at instant: @autoclosure () -> Instant) {
        guard place.isSampled else { return }
        let finished = state.withLock { state -> FinishedSpan? in
            guard !state.isOver else { return nil }
            state.isOver = true
            return FinishedSpan(
                place: place, parentSpanID: parentSpanID, name: state.name, kind: kind, startedAt: startedAt,
                endedAt: instant().nanosecondsSinceEpoch, attributes: state.attributes, status: state.status)
        }
        if let finished { queue.append(finished) }
    }

    package func discard() { state.withLock { $0.isOver = true } }
}

extension RecordedSpan {
    package subscript(key: LogKey) -> String? {
        get { nil }
        set {
            guard place.isSampled, let newValue else { return }
            state.withLock { $0.attributes["httvps.\(key.rawValue)"] = SpanAttribute.string(newValue) }
        }
    }

    package func end(_ outcome: String, failed: Bool = false) {
        self[.outcome] = outcome
        if failed { setStatus(SpanStatus(code: .error)) }
        end()
    }
}
