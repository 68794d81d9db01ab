import Foundation
import HTTPTypes
import HTTVPSObservability
package import Hummingbird
import Logging
import NIOCore

package struct BackendResponder: HTTPResponder {
    package typealias Context = BackendContext

    let pipeline: RequestPipeline
    let metrics: RequestMetrics
    let now: @Sendable () -> Date
    var tracer: SpanTracer?

    package func respond(to request: Request, context: BackendContext) async throws -> Response {
        let start = ContinuousClock.now
        metrics.inFlight.increment()
        defer { metrics.inFlight.decrement() }
        let trace = RequestTrace(request.headers)
        var logger = context.logger
        logger[metadataKey: "hb.request.id"] = nil
        logger = logger.with([.requestID: .string(trace.requestID), .traceID: .string(trace.traceID)])
        let span = tracer.map { RequestSpan(trace, $0) }
        let outcome = await pipeline.outcome(
            of: request, trace: trace, peer: context.peerAddress, logger: logger, now: now(), span: span)
        span?.end(outcome, method: request.method, requestID: trace.requestID)
        let duration = ContinuousClock.now - start
        metrics.count(method: request.method, outcome, duration)
        AccessLog.write(outcome, method: request.method, duration: duration, to: logger)
        return Self.response(outcome.answer, trace: trace, isHead: request.method == .head)
    }

    private static func response(_ answer: Answer, trace: RequestTrace, isHead: Bool) -> Response {
        var headers = answer.headers
        headers.complete(trace)
        guard isHead else {
            let body = answer.body.isEmpty ? ResponseBody() : ResponseBody(byteBuffer: ByteBuffer(bytes: answer.body))
            return Response(status: answer.status, headers: headers, body: body)
        }
        var response = Response(status: answer.status, headers: headers)
        if !answer.body.isEmpty { response.headers[.contentLength] = String(answer.body.count) }
        return response
    }
}
