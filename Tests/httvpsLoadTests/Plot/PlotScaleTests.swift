import Testing

@testable import httvps_load

@Suite("A plot's scale")
struct PlotScaleTests {
    @Test(
        "Its steps are round and cover the highest value",
        arguments: [
            (1_000.0, 4, 250.0, 1_000.0), (157.5, 4, 50, 200), (83, 10, 10, 90), (0.37, 4, 0.1, 0.4), (7, 4, 2, 8),
            (100, 5, 20, 100),
        ])
    func steps(highest: Double, ticks: Int, step: Double, top: Double) {
        let scale = PlotScale(covering: highest, ticks: ticks)
        #expect(abs(scale.step - step) < 1e-9)
        #expect(abs(scale.top - top) < 1e-9)
        #expect(scale.ticks.first == 0)
        #expect(abs((scale.ticks.last ?? 0) - top) < 1e-9)
    }

    @Test(
        "Where nothing was measured it still is a scale", arguments: [0, -Double.infinity, Double.nan, Double.infinity])
    func empty(highest: Double) {
        #expect(PlotScale(covering: highest, ticks: 4).top == 1)
    }

    @Test("A value's place is in proportion, and labels have no needless digits")
    func places() {
        let scale = PlotScale(covering: 200, ticks: 4)
        #expect(scale.position(50, length: 400) == 100)
        #expect(scale.label(50) == "50")
        #expect(PlotScale(covering: 1, ticks: 4).label(0.25) == "0.25")
        #expect(PlotScale(covering: 2, ticks: 4).label(0.5) == "0.5")
    }

    @Test("A panel draws each series, skips what was not measured, and escapes its words")
    func panel() {
        let series = PlotSeries("a < b & c", color: 2, points: [(0, 1), (1, nil), (2, .nan), (4, 2)])
        let panel = PlotPanel(
            title: "Title", series: [series], seconds: PlotScale(covering: 4, ticks: 4), goal: (value: 4, name: "goal"))
        let svg = panel.svg(left: 10, top: 20, namesSeconds: true)
        #expect(svg.contains("a &lt; b &amp; c"))
        #expect(svg.contains(#"<polyline class="s2" points="0.0,158.3 860.0,126.7"/>"#))
        #expect(svg.contains("goal"))
    }
}
