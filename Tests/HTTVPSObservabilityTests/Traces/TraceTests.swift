import Foundation
import Logging
import Synchronization
import Testing
import Tracing

@testable import HTTVPSObservability

struct TraceTests {
    private static let quiet = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }

    @Test("A traceparent is read and written as W3C says, and others are refused")
    func traceparent() throws {
        let text = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let context = try #require(TraceContext(traceparent: text))
        #expect(context.isSampled && context.traceparent == text)
        #expect(TraceContext(traceparent: text.dropLast() + "0")?.isSampled == false)
        #expect(TraceContext(traceparent: "01-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01-more") != nil)
        for wrong in [
            "", "00", text + "-more", "ff" + text.dropFirst(2), text.uppercased(), text.replacing("4", with: "g"),
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01", text.replacing("-01", with: "-1"),
        ] {
            #expect(TraceContext(traceparent: wrong) == nil, "\(wrong)")
        }
    }

    @Test("A child has its parent's trace, its own id, and its parent's decision; of new traces the ratio is taken")
    func parents() {
        let (all, none) = (SpanTracer(ratio: 1), SpanTracer(ratio: 0))
        let parent = all.startSpan("a", in: .topLevel)
        let child = none.startSpan("b", in: parent.context)
        #expect(child.trace.traceID == parent.trace.traceID && child.trace.spanID != parent.trace.spanID)
        #expect(child.isRecording && !none.startSpan("c", in: .topLevel).isRecording)
        let half = SpanTracer(ratio: 0.5)
        let taken = (0..<4_000).filter { _ in half.root().isSampled }.count
        #expect((1_800...2_200).contains(taken), "\(taken)")
    }

    @Test("An ended span is one line of an OTLP document, once; a discarded or unsampled one is none")
    func document() throws {
        let tracer = SpanTracer(ratio: 1)
        let parent = tracer.startSpan("hello", in: .topLevel, as: .server)
        let span = tracer.startSpan("validate", in: parent.context, as: .client)
        span[.sessionID] = "ses_1"
        span.attributes["http.response.status_code"] = 403
        span.end("refused", failed: true)
        span.end("again")
        parent.discard()
        parent.end()
        SpanTracer(ratio: 0, queue: tracer.queue).startSpan("x", in: .topLevel).end()
        let spans = tracer.queue.take(10)
        let document = try #require(
            try JSONSerialization.jsonObject(with: Data(OTLPDocument(spans, resource: [("service.name", "s")]).bytes))
                as? [String: [[String: Any]]])
        let scopes = document["resourceSpans"]?.first?["scopeSpans"] as? [[String: Any]]
        let listed = try #require(scopes?.first?["spans"] as? [[String: Any]])
        #expect(listed.count == 1)
        #expect(listed[0]["name"] as? String == "validate" && listed[0]["kind"] as? Int == 3)
        #expect(listed[0]["traceId"] as? String == parent.trace.traceIDText)
        #expect(listed[0]["parentSpanId"] as? String == parent.trace.spanIDText)
        #expect((listed[0]["status"] as? [String: Int])?["code"] == 2)
        let attributes = try #require(listed[0]["attributes"] as? [[String: Any]])
        #expect(
            attributes.map { $0["key"] as? String } == [
                "http.response.status_code", "httvps.outcome", "httvps.session_id",
            ])
        #expect((attributes[0]["value"] as? [String: String]) == ["intValue": "403"])
    }

    @Test("The queue takes what it has room for and counts the rest; a collector that fails costs one try for all")
    func bounded() async {
        let tracer = SpanTracer(ratio: 1, queue: SpanQueue(capacity: 1_000))
        for _ in 0..<1_100 { tracer.startSpan("a", in: .topLevel).end() }
        #expect(tracer.queue.counts == .init(exported: 0, dropped: 100, failed: 0))
        let calls = Mutex(0)
        let exporter = SpanExporter(queue: tracer.queue, pause: .seconds(1), logger: Self.quiet) { _ in
            let call = calls.withLock { calls in
                calls += 1
                return calls
            }
            if call > 1 { throw CancellationError() }
        }
        await exporter.exportAll()
        #expect(tracer.queue.counts == .init(exported: 512, dropped: 100, failed: 488))
        for _ in 0..<600 { tracer.startSpan("a", in: .topLevel).end() }
        await exporter.exportAll()
        #expect(calls.withLock { $0 } == 3)
        #expect(tracer.queue.counts.failed == 1_088)
    }

    @Test("Headers for the collector are name=value, separated by commas")
    func headers() {
        let pairs = TraceConfiguration.headerPairs("authorization=Bearer a=b, x-scope=7") ?? []
        #expect(pairs.map(\.name) == ["authorization", "x-scope"])
        #expect(pairs.map(\.value) == ["Bearer a=b", "7"])
        for wrong in ["authorization", "=x", "a b=c", "a:=c", "a=c\nd"] {
            #expect(TraceConfiguration.headerPairs(wrong) == nil, "\(wrong)")
        }
    }
}
