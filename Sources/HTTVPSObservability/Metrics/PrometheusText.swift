package struct PrometheusText: Sendable {
    package enum Format: Sendable {
        case prometheus
        case openMetrics

        package init(accept: String?) {
            let ranges = (accept ?? "").split(separator: ",").map(MediaRange.init)
            let open =
                ranges.filter { $0.type == "application/openmetrics-text" && $0.isVersionOne }.map(\.quality).max() ?? 0
            let plain = ranges.filter { $0.type == "text/plain" }.map(\.quality).max() ?? 0
            self = open > 0 && open >= plain ? .openMetrics : .prometheus
        }

        package var contentType: String {
            switch self {
            case .prometheus: "text/plain; version=0.0.4; charset=utf-8"
            case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
            }
        }
    }

    private static let units = ["seconds", "bytes"]

    private let format: Format
    private var text = ""

    package static func render(_ registry: PrometheusRegistry, as format: Format = .prometheus) -> String {
        var page = PrometheusText(format: format)
        for family in registry.sortedFamilies { page.append(family) }
        if format == .openMetrics { page.text += "# EOF\n" }
        return page.text
    }

    private init(format: Format) { self.format = format }

    private mutating func append(_ family: MetricFamily) {
        let samples = family.collect()
        if samples.isEmpty { return }
        let (head, sample) = names(of: family)
        text += "# HELP \(head) \(Self.escaped(family.help, quotes: format == .openMetrics))\n"
        text += "# TYPE \(head) \(family.kind.rawValue)\n"
        if format == .openMetrics, let unit = Self.units.first(where: { head.hasSuffix("_\($0)") }) {
            text += "# UNIT \(head) \(unit)\n"
        }
        for entry in samples { append(entry, name: sample) }
    }

    private func names(of family: MetricFamily) -> (head: String, sample: String) {
        guard family.kind == .counter else { return (family.name, family.name) }
        let bare = family.name.hasSuffix("_total") ? String(family.name.dropLast(6)) : family.name
        return format == .openMetrics ? (bare, bare + "_total") : (family.name, family.name)
    }

    private mutating func append(_ sample: MetricFamily.Sample, name: String) {
        switch sample.value {
        case .integer(let value): line(name, sample.labels, String(value))
        case .number(let value): line(name, sample.labels, Self.number(value))
        case .histogram(let bounds, let counts, let sum):
            var total: Int64 = 0
            for (index, count) in counts.enumerated() {
                total += count
                let bound = index < bounds.count ? Self.bound(bounds[index]) : "+Inf"
                line(name + "_bucket", sample.labels + [(name: "le", value: bound)], String(total))
            }
            line(name + "_sum", sample.labels, Self.number(sum))
            line(name + "_count", sample.labels, String(total))
        }
    }

    private mutating func line(_ name: String, _ labels: [(name: String, value: String)], _ value: String) {
        text += name
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(Self.escaped($0.value, quotes: true))\"" }
            text += "{" + pairs.joined(separator: ",") + "}"
        }
        text += " " + value + "\n"
    }

    private static func bound(_ value: Double) -> String { value.description }

    private static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return value.description
    }

    private static func escaped(_ text: String, quotes: Bool) -> String {
        var result = ""
        for character in text.unicodeScalars {
            switch character {
            case "\\": result += "\\\\"
            case "\n": result += "\\n"
            case "\"" where quotes: result += "\\\""
            default: result.unicodeScalars.append(character)
            }
        }
        return result
    }
}
