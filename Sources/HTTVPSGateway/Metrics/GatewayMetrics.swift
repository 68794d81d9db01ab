package import HTTVPSObservability
package import HTTVPSProtocol

package struct GatewayMetrics: Sendable {
    package enum ConnectOutcome: String, CaseIterable, Hashable, Sendable {
        case connected
        case failed
        case timedOut = "timed_out"
    }

    package enum ExchangeOutcome: String, CaseIterable, Hashable, Sendable {
        case accepted
        case failed
    }

    package enum ReloadOutcome: String, CaseIterable, Hashable, Sendable {
        case reloaded
        case failed
    }

    package let registry: PrometheusRegistry
    package let egress: EgressMetrics
    package let nodes: NodeMeters
    package let connections: ConnectionMetrics
    package let handshakes: ClosedSet<HandshakeOutcome, Counter>
    package let handshakeSeconds: Histogram
    package let sessionsActive: Gauge
    package let sessionsWaiting: Gauge
    package let carriersCrossing: Counter
    package let limits: ClosedSet<GatewayLimit, Counter>
    package let sessionsEnded: ClosedSet<SessionEnd, Counter>
    package let sessionSeconds: Histogram
    package let streamsActive: Gauge
    package let streamsOpened: Counter
    package let bytesUp: Counter
    package let bytesDown: Counter
    package let datagramsDropped: Counter
    package let targetsDenied: ClosedSet<TargetDenial, Counter>
    package let backendSeconds: ClosedSet<BackendCall, Histogram>
    package let backendErrors: ClosedSet<ControlPlaneError.Code, Counter>
    package let usageReports: ClosedSet<ExchangeOutcome, Counter>
    package let usagePending: Gauge
    package let certificateReloads: ClosedSet<ReloadOutcome, Counter>
    package let configurationReloads: ClosedSet<ReloadOutcome, Counter>
    package let certificateExpiry: Gauge
    package let heartbeats: ClosedSet<ExchangeOutcome, Counter>
    package let heartbeatAcceptedAt: Gauge
    package let usageAcceptedAt: Gauge
    private let streamsClosed: MetricVector<Counter>

    package init(registry: PrometheusRegistry = PrometheusRegistry()) {
        self.registry = registry
        egress = EgressMetrics(registry: registry)
        nodes = NodeMeters(registry: registry)
        connections = ConnectionMetrics(registry: registry)
        handshakes = registry.counters(
            "httvps_gateway_handshakes_total", help: "Handshakes by outcome.", label: "outcome",
            of: HandshakeOutcome.self)
        handshakeSeconds = registry.histogram(
            "httvps_gateway_handshake_seconds", help: "Time from the upgrade to the answer to hello.")
        sessionsActive = registry.gauge(
            "httvps_gateway_sessions_active", help: "Sessions held, those waiting for a resume included.")
        sessionsWaiting = registry.gauge(
            "httvps_gateway_sessions_waiting", help: "Sessions without a transport, waiting for a resume.")
        carriersCrossing = registry.counter(
            "httvps_gateway_carriers_crossing_total",
            help: "Resumes whose connection another event loop than the session's holds.")
        limits = registry.counters(
            "httvps_gateway_limits_total", help: "Times that a limit held a client back.", label: "limit",
            of: GatewayLimit.self)
        sessionsEnded = registry.counters(
            "httvps_gateway_sessions_ended_total", help: "Ended sessions by reason.", label: "reason",
            of: SessionEnd.self)
        sessionSeconds = registry.histogram(
            "httvps_gateway_session_seconds", help: "How long ended sessions lasted.",
            bounds: [1, 10, 60, 300, 1_800, 3_600, 14_400, 86_400])
        streamsActive = registry.gauge("httvps_gateway_streams_active", help: "Streams open now.")
        streamsOpened = registry.counter("httvps_gateway_streams_opened_total", help: "Streams that clients opened.")
        streamsClosed = registry.counters(
            "httvps_gateway_streams_closed_total", help: "Streams that are over by reason.", labels: ["reason"])
        let bytes = registry.counters(
            "httvps_gateway_bytes_total", help: "Payload bytes relayed; up is from client to node.",
            labels: ["direction"])
        bytesUp = bytes.with("up")
        bytesDown = bytes.with("down")
        datagramsDropped = registry.counter(
            "httvps_gateway_datagrams_dropped_total",
            help: "Datagrams that could not be passed on, for want of room, traffic or a writable connection.")
        targetsDenied = registry.counters(
            "httvps_gateway_targets_denied_total", help: "Targets that the egress guard refused, by reason.",
            label: "reason", of: TargetDenial.self)
        backendSeconds = registry.histograms(
            "httvps_gateway_backend_seconds", help: "Time that calls to the backend took, failed ones included.",
            label: "call", of: BackendCall.self)
        backendErrors = registry.counters(
            "httvps_gateway_backend_errors_total", help: "Failed calls to the backend by code.", label: "code",
            of: ControlPlaneError.Code.self)
        usageReports = registry.counters(
            "httvps_gateway_usage_reports_total", help: "Usage report calls by outcome.", label: "outcome",
            of: ExchangeOutcome.self)
        usagePending = registry.gauge(
            "httvps_gateway_usage_pending_sessions", help: "Sessions with usage that the backend has not accepted yet.")
        certificateReloads = registry.counters(
            "httvps_gateway_certificate_reloads_total", help: "Certificates read again by outcome.", label: "outcome",
            of: ReloadOutcome.self)
        configurationReloads = registry.counters(
            "httvps_gateway_configuration_reloads_total", help: "Configurations read again by outcome.",
            label: "outcome", of: ReloadOutcome.self)
        certificateExpiry = registry.gauge(
            "httvps_gateway_certificate_expiry_seconds", help: "When the certificate in use ends, in Unix time.")
        heartbeats = registry.counters(
            "httvps_gateway_heartbeats_total", help: "Heartbeats by outcome.", label: "outcome",
            of: ExchangeOutcome.self)
        heartbeatAcceptedAt = registry.gauge(
            "httvps_gateway_heartbeat_timestamp_seconds", help: "When the backend last took a heartbeat, in Unix time.")
        usageAcceptedAt = registry.gauge(
            "httvps_gateway_usage_report_timestamp_seconds",
            help: "When the backend last took a usage report, in Unix time.")
        ProcessMetrics.register(on: registry, service: "gateway")
        for reason in StreamCloseReason.allCases { _ = streamsClosed.with(reason.name) }
    }

    package func streamClosed(_ reason: StreamCloseReason) { streamsClosed.with(reason.name).increment() }
}
