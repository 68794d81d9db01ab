import HTTPTypes
import HTTVPSObservability
import Tracing

struct RequestSpan: Sendable {
    private static let probes: Set<String> = ["/livez", "/readyz"]

    private let tracer: SpanTracer
    private let span: RecordedSpan
    private let isContinued: Bool

    init(_ trace: RequestTrace, _ tracer: SpanTracer) {
        self.tracer = tracer
        let given = TraceContext(traceparent: trace.traceparent)
        isContinued = trace.isContinued
        let parent = (isContinued ? given : given.map { tracer.root(traceID: $0.traceID) }) ?? tracer.root()
        span = tracer.startSpan("request", in: .following(parent), as: .server)
    }

    fileprivate func child(_ name: String) -> RecordedSpan { tracer.startSpan(name, in: span.context) }

    func end(_ outcome: RequestPipeline.Outcome, method: HTTPRequest.Method, requestID: String) {
        if Self.probes.contains(outcome.route) || isContinued && outcome.caller == .none { return span.discard() }
        let status = outcome.answer.status.code
        span.operationName = "\(method.rawValue) \(outcome.route)"
        span.attributes["http.request.method"] = method.rawValue
        span.attributes["http.route"] = outcome.route
        span.attributes["http.response.status_code"] = status
        span[.requestID] = requestID
        span.end(outcome.code?.rawValue ?? "ok", failed: status >= 500)
    }
}

extension RequestSpan? {
    func during<Result>(_ name: String, _ body: (RecordedSpan?) async throws -> Result) async throws -> Result {
        let child = self?.child(name)
        do {
            let result = try await body(child)
            child?.end("ok")
            return result
        } catch {
            let refusal = error as? AdmissionRefusal
            child?.end(refusal?.rawValue ?? "failed", failed: refusal == nil)
            throw error
        }
    }
}
