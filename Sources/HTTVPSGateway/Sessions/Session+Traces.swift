import HTTVPSObservability
import HTTVPSProtocol
import NIOCore
import Tracing

extension Session {
    static let mostTracedStreams = 128

    func span(of id: StreamID, in trace: ServiceContext) -> RecordedSpan? {
        guard tracedStreams < Self.mostTracedStreams else { return nil }
        tracedStreams += 1
        let span = environment.tracer?.startSpan("stream open", in: trace, as: .client)
        span?[.sessionID] = grant.sessionID
        span?[.streamID] = id.description
        return span
    }

    func endOpening(of relay: StreamRelay, _ outcome: String) {
        relay.opening?[.nodeID] = terms.egress.nodeID
        relay.opening?.end(outcome, failed: outcome != "opened" && outcome != StreamCloseReason.normal.name)
        relay.opening = nil
    }
}
