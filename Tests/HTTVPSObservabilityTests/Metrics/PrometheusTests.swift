import HTTVPSObservability
import Testing

struct PrometheusTests {
    enum Outcome: String, CaseIterable, Hashable, Sendable { case good, bad }

    @Test("Every kind of metric is exposed in a form that a scraper reads", arguments: [false, true])
    func exposition(openMetrics: Bool) throws {
        let registry = PrometheusRegistry()
        registry.counter("x_requests_total", help: "Back\\slash and\nline").increment(by: 2)
        registry.gauge("x_level", help: "A level.").set(-3)
        registry.gauge("x_ratio", help: "A ratio.") { 0.5 }
        let outcomes = registry.counters("x_outcomes_total", help: "By outcome.", label: "outcome", of: Outcome.self)
        outcomes[.good].increment()
        let histogram = registry.histogram("x_seconds", help: "Time.", bounds: [1, 0.1])
        for value in [0.05, 0.1, 0.5, 3] { histogram.observe(value) }
        histogram.observe(.nan)
        registry.counters("x_odd_total", help: "Odd.", labels: ["a", "b"]).with("q\"\\\n", "").increment()
        ProcessMetrics.register(on: registry, service: "test")

        let text = PrometheusText.render(registry, as: openMetrics ? .openMetrics : .prometheus)
        let page = try ExpositionParser(text, openMetrics: openMetrics)
        #expect(page.samples["x_requests_total"] == 2)
        #expect(page.samples["x_level"] == -3)
        #expect(page.samples["x_ratio"] == 0.5)
        #expect(page.samples[#"x_outcomes_total{outcome="good"}"#] == 1)
        #expect(page.samples[#"x_outcomes_total{outcome="bad"}"#] == 0)
        #expect(page.samples[#"x_odd_total{a="q\"\\\n",b=""}"#] == 1)
        #expect(page.samples[#"x_seconds_bucket{le="0.1"}"#] == 2)
        #expect(page.samples[#"x_seconds_bucket{le="1.0"}"#] == 3)
        #expect(page.samples[#"x_seconds_bucket{le="+Inf"}"#] == 4)
        #expect(page.samples["x_seconds_count"] == 4)
        #expect(page.types[openMetrics ? "x_requests" : "x_requests_total"] == "counter")
        #expect(page.samples["process_cpu_seconds_total"] ?? 0 > 0)
        #expect(page.samples["process_resident_memory_bytes"] ?? 0 > 1_000_000)
        #expect(page.samples["process_threads"] ?? 0 > 0)
        #expect(page.samples["process_virtual_memory_bytes"] ?? 0 > 1_000_000)
        #expect(page.samples["process_open_fds"] ?? 0 > 2)
        #expect(page.samples["process_start_time_seconds"] ?? 0 > 1_600_000_000)
    }

    @Test("The format follows the Accept header and names its version")
    func negotiation() {
        #expect(PrometheusText.Format(accept: nil).contentType == "text/plain; version=0.0.4; charset=utf-8")
        let scraper = "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3"
        #expect(PrometheusText.Format(accept: scraper) == .openMetrics)
        #expect(PrometheusText.Format(accept: "text/plain, application/openmetrics-text;q=0.1") == .prometheus)
        #expect(PrometheusText.Format(accept: "application/openmetrics-text;q=0, */*") == .prometheus)
        #expect(PrometheusText.Format(accept: "application/openmetrics-text; version=2.0.0") == .prometheus)
    }

    @Test("Readings that come and go are exposed as they are at each look")
    func readings() throws {
        let registry = PrometheusRegistry()
        registry.gauges("x_nodes", help: "Nodes.", labels: ["region"]) { [MetricReading(["eu"], 2)] }
        registry.gauges("x_none", help: "Nothing.", labels: []) { [] }
        let page = try ExpositionParser(PrometheusText.render(registry))
        #expect(page.samples == [#"x_nodes{region="eu"}"#: 2])
    }

    @Test("Labels past the bound fall together into one child")
    func bound() throws {
        let registry = PrometheusRegistry()
        let vector = registry.counters("x_total", help: "x", labels: ["a"])
        for index in 0..<3_000 { vector.with("\(index)").increment() }
        let page = try ExpositionParser(PrometheusText.render(registry))
        #expect(page.samples.count == 2_001)
        #expect(page.samples[#"x_total{a="other"}"#] == 1_000)
    }

    @Test("Increments from many tasks are all counted")
    func concurrent() async {
        let counter = Counter()
        let histogram = Histogram()
        await withTaskGroup(of: Void.self) { group in
            for _ in 0..<8 {
                group.addTask {
                    for _ in 0..<10_000 {
                        counter.increment()
                        histogram.observe(.milliseconds(3))
                    }
                }
            }
        }
        #expect(counter.value == 80_000)
        #expect(histogram.count == 80_000)
    }

    @Test("A counter never falls")
    func monotone() {
        let counter = Counter()
        counter.increment(by: 5)
        counter.increment(by: -3)
        #expect(counter.value == 5)
    }
}
