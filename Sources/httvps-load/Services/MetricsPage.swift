struct MetricsPage: Equatable, Sendable {
    private struct Series: Equatable {
        var name: Substring
        var labels: [Substring: Substring]
        var value: Double
    }

    private var series: [Series] = []

    init(_ text: String) {
        for line in text.split(separator: "\n") where !line.hasPrefix("#") {
            guard let space = line.lastIndex(of: " "), let value = Double(line[line.index(after: space)...]) else {
                continue
            }
            let head = line[..<space]
            let brace = head.firstIndex(of: "{") ?? head.endIndex
            series.append(Series(name: head[..<brace], labels: Self.labels(head[brace...]), value: value))
        }
    }

    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        let found = series.filter { $0.name == name && Self.holds($0.labels, labels) }
        return found.isEmpty ? nil : found.reduce(0) { $0 + $1.value }
    }

    func histogram(_ name: String, _ labels: [String: String] = [:]) -> HistogramCounts {
        var counts: [Double: Double] = [:]
        for entry in series where entry.name == name + "_bucket" && Self.holds(entry.labels, labels) {
            guard let text = entry.labels["le"], let bound = text == "+Inf" ? .infinity : Double(text) else { continue }
            counts[bound, default: 0] += entry.value
        }
        return HistogramCounts(cumulative: counts.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
    }

    private static func holds(_ all: [Substring: Substring], _ some: [String: String]) -> Bool {
        some.allSatisfy { name, value in all[Substring(name)] == Substring(value) }
    }

    private static func labels(_ text: Substring) -> [Substring: Substring] {
        var labels: [Substring: Substring] = [:]
        var rest = text.dropFirst()
        while let equals = rest.firstIndex(of: "=") {
            let name = rest[..<equals]
            let value = rest[equals...].dropFirst(2)
            guard let quote = value.firstIndex(of: "\"") else { break }
            labels[name] = value[..<quote]
            rest = value[value.index(after: quote)...].drop { $0 == "," || $0 == " " }
        }
        return labels
    }
}
