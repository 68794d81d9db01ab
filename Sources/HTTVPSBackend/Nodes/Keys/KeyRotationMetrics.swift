import HTTVPSObservability

struct KeyRotationMetrics: Sendable {
    let steps: MetricVector<Counter>
    let running: Gauge

    init(registry: PrometheusRegistry) {
        steps = registry.counters(
            "httvps_backend_key_rotation_steps_total", help: "Steps of key rotations, by step and outcome.",
            labels: ["step", "outcome"])
        running = registry.gauge(
            "httvps_backend_key_rotations_running", help: "Key rotations that are not done, first keys included.")
        for step in KeyRotation.Step.allCases where step != .done { _ = steps.with(step.rawValue, "done") }
    }
}
