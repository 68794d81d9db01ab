package struct MetricReading: Equatable, Sendable {
    package var labels: [String]
    package var value: Double

    package init(_ labels: [String], _ value: Double) {
        self.labels = labels
        self.value = value
    }
}
