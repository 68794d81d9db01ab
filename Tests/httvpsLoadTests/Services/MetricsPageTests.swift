import Testing

@testable import httvps_load

@Suite("A page of metrics")
struct MetricsPageTests {
    private static let page = MetricsPage(
        """
        # HELP seconds Time.
        # TYPE seconds histogram
        seconds_bucket{method="POST",route="/a",le="0.1"} 60
        seconds_bucket{method="POST",route="/a",le="0.2"} 90
        seconds_bucket{method="POST",route="/a",le="+Inf"} 100
        seconds_bucket{method="POST",route="/b",le="0.1"} 7
        seconds_sum{method="POST",route="/a"} 9.5
        active 12
        bytes{direction="up"} 3
        bytes{direction="down"} 4.5e3
        """)

    @Test("Values are found by name and labels, and summed over the labels that are not named")
    func values() {
        #expect(Self.page.value("active") == 12)
        #expect(Self.page.value("bytes", ["direction": "down"]) == 4_500)
        #expect(Self.page.value("bytes") == 4_503)
        #expect(Self.page.value("absent") == nil)
    }

    @Test("A quantile lies within its bucket, in proportion")
    func quantiles() throws {
        let counts = Self.page.histogram("seconds", ["route": "/a"])
        #expect(counts.count == 100)
        let low = try #require(counts.quantile(0.3))
        let high = try #require(counts.quantile(0.75))
        #expect(abs(low - 0.05) < 1e-9 && abs(high - 0.15) < 1e-9)
        #expect(counts.quantile(0.95) == 0.2)
        #expect(Self.page.histogram("absent").quantile(0.5) == nil)
    }

    @Test("What was counted earlier is taken off")
    func since() throws {
        let earlier = HistogramCounts(cumulative: [(0.1, 60), (0.2, 60), (Double.infinity, 60)])
        let counts = Self.page.histogram("seconds", ["route": "/a"]).since(earlier)
        #expect(counts.count == 40)
        let median = try #require(counts.quantile(0.5))
        #expect(abs(median - 0.166_666_666_7) < 1e-9)
    }
}
