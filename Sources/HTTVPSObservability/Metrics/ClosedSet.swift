package typealias MetricLabel = RawRepresentable<String> & CaseIterable & Hashable & Sendable

package struct ClosedSet<Label: MetricLabel, Metric: AnyObject & Sendable>: Sendable {
    private let children: [Label: Metric]
    private let fallback: Metric

    init(vector: MetricVector<Metric>, fallback: Metric) {
        children = Dictionary(
            Label.allCases.map { ($0, vector.child([$0.rawValue])) }, uniquingKeysWith: { first, _ in first })
        self.fallback = fallback
    }

    package subscript(label: Label) -> Metric { children[label] ?? fallback }
}
