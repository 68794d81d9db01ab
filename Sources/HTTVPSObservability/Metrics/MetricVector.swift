import Synchronization

package final class MetricVector<Metric: AnyObject & Sendable>: Sendable {
    package static var maximumChildren: Int { 2_000 }

    let labels: [String]
    private let make: @Sendable () -> Metric
    private let children = Mutex<[[String]: Metric]>([:])

    package init(labels: [String], make: @escaping @Sendable () -> Metric) {
        self.labels = labels
        self.make = make
    }

    package func with(_ values: String...) -> Metric { child(values) }

    func child(_ values: [String]) -> Metric {
        let known = labels.indices.map { $0 < values.count ? values[$0] : "" }
        return children.withLock { children in
            if let child = children[known] { return child }
            let key = children.count < Self.maximumChildren ? known : labels.map { _ in "other" }
            if let child = children[key] { return child }
            let child = make()
            children[key] = child
            return child
        }
    }

    var all: [(values: [String], metric: Metric)] {
        children.withLock { $0.map { (values: $0.key, metric: $0.value) } }
            .sorted { $0.values.lexicographicallyPrecedes($1.values) }
    }
}
