package import Tracing

package final class SpanTracer: Tracer {
    package let queue: SpanQueue
    private let threshold: UInt64

    package init(ratio: Double, queue: SpanQueue = SpanQueue()) {
        self.queue = queue
        threshold = UInt64(min(max(ratio, 0), 1) * Double(1 << 56))
    }

    package func startSpan<Instant: TracerInstant>(
        _ operationName: String, context: @autoclosure () -> ServiceContext, ofKind kind: SpanKind,
        at instant: @autoclosure () -> Instant, function: String, file fileID: String, line: UInt
    ) -> RecordedSpan {
        let context = context()
        let parent = context.trace ?? root()
        let place = TraceContext(
            traceID: parent.traceID, spanID: UInt64.random(in: 1...UInt64.max), isSampled: parent.isSampled)
        return RecordedSpan(
            operationName, at: place, parentSpanID: parent.spanID, kind: kind, context: context,
            startedAt: instant().nanosecondsSinceEpoch, queue: queue)
    }

    package func startSpan(_ name: String, in context: ServiceContext, as kind: SpanKind = .internal) -> RecordedSpan {
        startSpan(name, context: context, ofKind: kind)
    }

    package func root(traceID: UInt128 = UInt128.random(in: 1...UInt128.max)) -> TraceContext {
        TraceContext(traceID: traceID, spanID: 0, isSampled: UInt64(truncatingIfNeeded: traceID) >> 8 < threshold)
    }

    package func activeSpan(identifiedBy context: ServiceContext) -> RecordedSpan? { nil }

    package func forceFlush() {}

    package func extract<Carrier, Extract: Extractor>(
        _ carrier: Carrier, into context: inout ServiceContext, using extractor: Extract
    ) where Extract.Carrier == Carrier {
        context.trace = extractor.extract(key: "traceparent", from: carrier).flatMap(TraceContext.init(traceparent:))
    }

    package func inject<Carrier, Inject: Injector>(
        _ context: ServiceContext, into carrier: inout Carrier, using injector: Inject
    ) where Inject.Carrier == Carrier {
        guard let trace = context.trace else { return }
        injector.inject(trace.traceparent, forKey: "traceparent", into: &carrier)
    }
}
