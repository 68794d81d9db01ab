import HTTVPSGateway
import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import Testing

struct MetricsPageTests {
    private let metrics = GatewayMetrics()

    @Test("Prometheus's own tool finds no fault with the page, nor does a strict reader of OpenMetrics")
    func clean() async throws {
        metrics.nodes["oln_1"].bytesUp.increment(by: 7)
        metrics.nodes["oln_1"].firstByteSeconds.observe(.milliseconds(3))
        metrics.backendSeconds[.validateDevice].observe(.milliseconds(3))
        metrics.streamClosed(.normal)
        let page = PrometheusText.render(metrics.registry)
        #expect(page.contains(#"httvps_gateway_node_bytes_total{node_id="oln_1",direction="up"} 7"#))
        #expect(try await Exposition.faults(ofPrometheusPage: page) == "")
        let open = PrometheusText.render(metrics.registry, as: .openMetrics)
        #expect(open.contains("# UNIT httvps_gateway_handshake_seconds seconds"))
        #expect(try await Exposition.faults(ofOpenMetricsPage: open) == "")
    }

    @Test("Nodes past the bound are counted together")
    func bound() {
        for number in 0..<(NodeMeters.mostNodes + 10) { metrics.nodes["oln_\(number)"].bytesDown.increment() }
        let page = PrometheusText.render(metrics.registry)
        #expect(page.contains(#"httvps_gateway_node_bytes_total{node_id="other",direction="down"} 10"#))
        #expect(page.matches(of: /node_bytes_total\{[^}]*"down"\}/).count == NodeMeters.mostNodes + 1)
    }
}
