import Synchronization

package final class PrometheusRegistry: Sendable {
    private let families = Mutex<[String: MetricFamily]>([:])

    package init() {}

    package func counter(_ name: String, help: String) -> Counter {
        let counter = Counter()
        add(name, help, .counter) { [.init(labels: [], value: .integer(counter.value))] }
        return counter
    }

    package func gauge(_ name: String, help: String) -> Gauge {
        let gauge = Gauge()
        add(name, help, .gauge) { [.init(labels: [], value: .integer(gauge.value))] }
        return gauge
    }

    package func histogram(
        _ name: String, help: String, bounds: [Double] = Histogram.latencyBuckets
    ) -> Histogram {
        let histogram = Histogram(bounds: bounds)
        add(name, help, .histogram) { [.init(labels: [], value: histogram.value)] }
        return histogram
    }

    package func expose(_ histogram: Histogram, as name: String, help: String) {
        add(name, help, .histogram) { [.init(labels: [], value: histogram.value)] }
    }

    package func expose(_ counters: MetricVector<Counter>, as name: String, help: String) {
        add(name, help, .counter, counters) { .integer($0.value) }
    }

    package func gauge(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        add(name, help, .gauge) { [.init(labels: [], value: .number(read()))] }
    }

    package func counter(_ name: String, help: String, read: @escaping @Sendable () -> Double) {
        add(name, help, .counter) { [.init(labels: [], value: .number(read()))] }
    }

    package func counters(_ name: String, help: String, labels: [String]) -> MetricVector<Counter> {
        let vector = MetricVector(labels: labels) { Counter() }
        add(name, help, .counter, vector) { .integer($0.value) }
        return vector
    }

    package func gauges(_ name: String, help: String, labels: [String]) -> MetricVector<Gauge> {
        let vector = MetricVector(labels: labels) { Gauge() }
        add(name, help, .gauge, vector) { .integer($0.value) }
        return vector
    }

    package func histograms(
        _ name: String, help: String, labels: [String], bounds: [Double] = Histogram.latencyBuckets
    ) -> MetricVector<Histogram> {
        let vector = MetricVector(labels: labels) { Histogram(bounds: bounds) }
        add(name, help, .histogram, vector, \.value)
        return vector
    }

    package func counters<Label: MetricLabel>(
        _ name: String, help: String, label: String, of set: Label.Type
    ) -> ClosedSet<Label, Counter> {
        ClosedSet(vector: counters(name, help: help, labels: [label]), fallback: Counter())
    }

    package func gauges<Label: MetricLabel>(
        _ name: String, help: String, label: String, of set: Label.Type
    ) -> ClosedSet<Label, Gauge> {
        ClosedSet(vector: gauges(name, help: help, labels: [label]), fallback: Gauge())
    }

    package func histograms<Label: MetricLabel>(
        _ name: String, help: String, label: String, of set: Label.Type, bounds: [Double] = Histogram.latencyBuckets
    ) -> ClosedSet<Label, Histogram> {
        ClosedSet(vector: histograms(name, help: help, labels: [label], bounds: bounds), fallback: Histogram())
    }

    package func gauges(
        _ name: String, help: String, labels: [String], read: @escaping @Sendable () -> [MetricReading]
    ) {
        assert(labels.allSatisfy(MetricName.isLabel), "\(name) has a label that is no Prometheus label name")
        add(name, help, .gauge) {
            read().map { reading in
                .init(
                    labels: zip(labels, reading.labels).map { (name: $0, value: $1) }, value: .number(reading.value))
            }
        }
    }

    package func info(_ name: String, help: String, labels: KeyValuePairs<String, String>) {
        let labels = labels.map { (name: $0.key, value: $0.value) }
        add(name, help, .gauge) { [.init(labels: labels, value: .integer(1))] }
    }

    var sortedFamilies: [MetricFamily] {
        families.withLock { Array($0.values) }.sorted { $0.name < $1.name }
    }

    private func add(
        _ name: String, _ help: String, _ kind: MetricFamily.Kind,
        _ collect: @escaping @Sendable () -> [MetricFamily.Sample]
    ) {
        assert(MetricName.isValid(name), "\(name) is no Prometheus metric name")
        let earlier = families.withLock {
            $0.updateValue(MetricFamily(name: name, help: help, kind: kind, collect: collect), forKey: name)
        }
        assert(earlier == nil, "\(name) is registered twice")
    }

    private func add<Metric>(
        _ name: String, _ help: String, _ kind: MetricFamily.Kind, _ vector: MetricVector<Metric>,
        _ value: @escaping @Sendable (Metric) -> MetricFamily.Value
    ) {
        assert(vector.labels.allSatisfy(MetricName.isLabel), "\(name) has a label that is no Prometheus label name")
        add(name, help, kind) {
            vector.all.map { values, metric in
                .init(
                    labels: zip(vector.labels, values).map { (name: $0, value: $1) }, value: value(metric))
            }
        }
    }
}

extension Histogram {
    fileprivate var value: MetricFamily.Value {
        let snapshot = snapshot
        return .histogram(bounds: bounds, counts: snapshot.counts, sum: snapshot.sum)
    }
}
