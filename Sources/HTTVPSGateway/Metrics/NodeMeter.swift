package import HTTVPSObservability

package final class NodeMeter: Sendable {
    package let bytesUp: Counter
    package let bytesDown: Counter
    package let firstByteSeconds: Histogram
    let connectSeconds: Histogram
    private let connects: [GatewayMetrics.ConnectOutcome: Counter]

    init(
        bytesUp: Counter, bytesDown: Counter, firstByteSeconds: Histogram, connectSeconds: Histogram,
        connects: [GatewayMetrics.ConnectOutcome: Counter]
    ) {
        self.bytesUp = bytesUp
        self.bytesDown = bytesDown
        self.firstByteSeconds = firstByteSeconds
        self.connectSeconds = connectSeconds
        self.connects = connects
    }

    func connected(in duration: Duration) {
        connects[.connected]?.increment()
        connectSeconds.observe(duration)
    }

    func failed(_ outcome: GatewayMetrics.ConnectOutcome) { connects[outcome]?.increment() }

    func count(_ outcome: GatewayMetrics.ConnectOutcome) -> Int64 { connects[outcome]?.value ?? 0 }
}
