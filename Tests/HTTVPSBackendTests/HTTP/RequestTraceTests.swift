import HTTPTypes
import Testing

@testable import HTTVPSBackend

@Suite("Request ids and traces")
struct RequestTraceTests {
    private func trace(_ values: [(HeaderName, String)]) -> RequestTrace {
        var headers = HTTPFields()
        for (name, value) in values {
            if let name = HTTPField.Name(name.rawValue) { headers.append(HTTPField(name: name, value: value)) }
        }
        return RequestTrace(headers)
    }

    @Test("are taken when they have the right form")
    func taken() {
        let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        let trace = trace([(.requestID, "a.B_9:x-1"), (.traceparent, parent)])
        #expect(trace.requestID == "a.B_9:x-1")
        #expect(trace.traceparent == parent)
        #expect(trace.traceID == "4bf92f3577b34da6a3ce929d0e0e4736")
    }

    @Test("are read from later versions of the header as far as they are known")
    func laterVersions() {
        let known = "4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
        for value in ["01-\(known)", "01-\(known)-more-to-come"] {
            #expect(trace([(.traceparent, value)]).traceparent == "00-\(known)")
        }
        #expect(trace([(.traceparent, "00-\(known)-more")]).traceparent != "00-\(known)")
    }

    @Test(
        "are made otherwise",
        arguments: ["", "a b", "é", "x/y", String(repeating: "a", count: 129)])
    func madeForIDs(_ value: String) {
        let made = trace([(.requestID, value)]).requestID
        #expect(made != value)
        #expect((1...128).contains(made.utf8.count))
    }

    @Test(
        "are made for broken traces",
        arguments: [
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01", "00-4bf92f3577b34da6a3ce929d0e0e4736-0-01", "x",
            "ff-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-4bf92f3577b34da6a3ce929d0e0e4736-0000000000000000-01",
        ])
    func madeForTraces(_ value: String) {
        let made = trace([(.traceparent, value)]).traceparent
        #expect(made != value)
        #expect(trace([(.traceparent, made)]).traceparent == made)
    }
}
