import Foundation
import HTTVPSTestSupport
import Testing

@Suite("Traces", .serialized)
struct TraceFlowTests {
    @Test("lead from hello through both services to the opened stream, and name no token, target or address")
    func wholeWay() async throws {
        let collector = try await TraceCollector.start()
        try await FileSite.serving(["page.txt": Data("a page".utf8)]) { site in
            try await LocalStack.running(settings: Self.settings(collector)) { stack in
                #expect(try await stack.untilReached(site.url("page.txt")).text == "a page")
                _ = try await stack.throughSocks("http://10.77.31.9/", ["--max-time", "8"])
                let isThere = try await Poll.until(within: .seconds(60), every: .milliseconds(200)) {
                    let spans = try collector.spans()
                    return spans.contains { $0.attributes["httvps.outcome"] == "denied_by_policy" }
                        && Self.names(of: spans).isSuperset(of: Self.wholeTrace)
                }
                #expect(isThere, "\(collector.text)")
                try Self.judge(try collector.spans(), stack)
                for text in [try stack.variable("HTTVPS_DEVICE_TOKEN"), "10.77.31.9", "127.0.0.1", String(site.port)] {
                    #expect(!collector.text.contains(text), "\(text)")
                }
                let answer = try await Curl.run([try stack.variable("HTTVPS_GATEWAY_METRICS_URL")])
                #expect(answer.text.contains("httvps_gateway_spans_exported_total"))
            }
        }
        await collector.stop()
    }

    private static func settings(_ collector: TraceCollector) -> [String: String] {
        var settings: [String: String] = [:]
        for service in ["GATEWAY", "BACKEND"] {
            settings["\(service)_TRACE_ENDPOINT"] = "http://127.0.0.1:\(collector.port)"
            settings["\(service)_TRACE_RATIO"] = "1"
            settings["\(service)_TRACE_HEADERS"] = "x-scope=seven"
        }
        return settings
    }

    private static let wholeTrace: Set<String> = [
        "hello", "validate", "POST /api/v1/auth/validate-device", "verify token", "open session", "stream open",
    ]

    private static func hello(in spans: [TraceCollector.Span]) -> TraceCollector.Span? {
        spans.first { $0.name == "hello" && $0.attributes["httvps.outcome"] == "allowed" }
    }

    private static func names(of spans: [TraceCollector.Span]) -> Set<String> {
        guard let trace = hello(in: spans)?.traceID else { return [] }
        return Set(spans.filter { $0.traceID == trace }.map(\.name))
    }

    private static func judge(_ spans: [TraceCollector.Span], _ stack: LocalStack) throws {
        let hello = try #require(Self.hello(in: spans), "\(spans)")
        let trace = spans.filter { $0.traceID == hello.traceID }
        func only(_ name: String, of service: String, under parent: TraceCollector.Span) throws -> TraceCollector.Span {
            let span = try #require(trace.first { $0.name == name && $0.service == service }, "\(name): \(trace)")
            #expect(span.parentSpanID == parent.spanID, "\(name)")
            return span
        }
        let validate = try only("validate", of: "httvps-gateway", under: hello)
        let request = try only("POST /api/v1/auth/validate-device", of: "httvps-backend", under: validate)
        _ = try only("verify token", of: "httvps-backend", under: request)
        let session = try only("open session", of: "httvps-backend", under: request)
        let stream = try only("stream open", of: "httvps-gateway", under: hello)
        #expect(hello.parentSpanID == nil)
        #expect(hello.attributes["httvps.device_id"] == (try stack.variable("HTTVPS_DEVICE_ID")))
        #expect(session.attributes["httvps.session_id"] == hello.attributes["httvps.session_id"])
        #expect(stream.attributes["httvps.session_id"] == hello.attributes["httvps.session_id"])
        #expect(session.attributes["httvps.node_id"] == stream.attributes["httvps.node_id"])
        #expect(request.attributes["http.response.status_code"] == "200")
        let log = try String(contentsOf: stack.directory.appendingPathComponent("log/gateway.log"), encoding: .utf8)
        #expect(log.contains(#""trace_id":"\#(hello.traceID)""#))
    }
}
