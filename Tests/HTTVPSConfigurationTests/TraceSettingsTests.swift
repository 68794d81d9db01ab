import Foundation
import HTTVPSConfiguration
import HTTVPSObservability
import Testing

struct TraceSettingsTests {
    private func read(_ environment: [String: String]) -> (TraceConfiguration?, [String]) {
        var settings = Settings(environment: environment, ownPrefixes: ["X"])
        let traces = settings.traces(endpoint: "X_ENDPOINT", ratio: "X_RATIO", headers: "X_HEADERS")
        return (traces, settings.faults.map(\.key))
    }

    @Test("Traces are off without a collector or with a ratio of 0, and a tenth of sessions is traced by default")
    func off() {
        #expect(read([:]).0 == nil && read(["X_RATIO": "1"]).0 == nil)
        #expect(read(["X_ENDPOINT": "http://c:4318", "X_RATIO": "0"]).0 == nil)
        let traces = read(["X_ENDPOINT": "http://c:4318", "X_HEADERS": "a=b"]).0
        #expect(traces?.ratio == 0.1 && traces?.headers?.reveal() == "a=b")
    }

    @Test("The standard variables stand in for the endpoint and its headers")
    func standard() {
        let standard = ["OTEL_EXPORTER_OTLP_ENDPOINT": "https://c/x", "OTEL_EXPORTER_OTLP_HEADERS": "k=v"]
        let traces = read(standard).0
        #expect(traces?.endpoint.absoluteString == "https://c/x" && traces?.headers?.reveal() == "k=v")
        let own = read(standard.merging(["X_ENDPOINT": "http://own"]) { $1 }).0
        #expect(own?.endpoint.absoluteString == "http://own" && own?.headers == nil)
    }

    @Test(
        "Values that do not fit are faults",
        arguments: [
            ("X_ENDPOINT", "c:4318"), ("X_RATIO", "2"), ("X_RATIO", "much"), ("X_HEADERS", "x"),
            ("OTEL_EXPORTER_OTLP_ENDPOINT", "ftp://c"), ("OTEL_EXPORTER_OTLP_HEADERS", "x"),
        ])
    func faults(key: String, value: String) {
        var environment = key.hasPrefix("OTEL_EXPORTER_OTLP_H") ? ["OTEL_EXPORTER_OTLP_ENDPOINT": "http://c"] : [:]
        environment[key] = value
        #expect(read(environment).1 == [key])
    }
}
