import Tracing

struct FinishedSpan: Sendable {
    var place: TraceContext
    var parentSpanID: UInt64
    var name: String
    var kind: SpanKind
    var startedAt: UInt64
    var endedAt: UInt64
    var attributes: SpanAttributes
    var status: SpanStatus?
}
