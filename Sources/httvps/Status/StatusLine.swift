struct StatusLine: Equatable, Sendable {
    private static let units = ["B/s", "kB/s", "MB/s", "GB/s"]

    var figures: TunnelFigures
    var up: Double
    var down: Double

    func text(width: Int) -> String {
        var line = ""
        for part in parts.map(Printable.text) {
            let longer = line.isEmpty ? part : "\(line)  \(part)"
            guard CellWidth.of(longer) < width else { break }
            line = longer
        }
        return line
    }

    private var parts: [String] {
        let place = [figures.gateway, figures.region].compactMap { $0 }.joined(separator: " ")
        switch figures.phase {
        case .connecting: return ["connecting", place].filter { !$0.isEmpty }
        case .waiting: return ["no connection, trying again", place].filter { !$0.isEmpty }
        case .paused: return ["paused", place, streams].filter { !$0.isEmpty } + pauses
        case .connected:
            let head = [figures.carrier, place.isEmpty ? nil : place].compactMap { $0 }.joined(separator: " ")
            let trip = figures.roundTrip.map { ["rtt \(Self.duration($0))"] } ?? []
            return [head, streams, "↓ \(Self.rate(down))", "↑ \(Self.rate(up))"] + trip + pauses
        }
    }

    private var streams: String { figures.streams == 1 ? "1 stream" : "\(figures.streams) streams" }

    private var pauses: [String] {
        guard figures.pauses > 0 else { return [] }
        let last = figures.lastPause.map { ", last \(Self.duration($0))" } ?? ""
        return [(figures.pauses == 1 ? "1 pause" : "\(figures.pauses) pauses") + last]
    }

    static func rate(_ perSecond: Double) -> String {
        var value = max(0, perSecond)
        var unit = 0
        while value >= 999.5, unit < units.count - 1 {
            value /= 1_000
            unit += 1
        }
        let tenths = Int((value * 10).rounded())
        let digits = unit == 0 || tenths >= 1_000 ? "\(Int(value.rounded()))" : "\(tenths / 10).\(tenths % 10)"
        return "\(digits) \(units[unit])"
    }

    static func duration(_ duration: Duration) -> String {
        let microseconds = Int64(duration / .microseconds(1))
        switch microseconds {
        case ..<10_000: return "\(microseconds / 1_000).\(max(0, microseconds) % 1_000 / 100) ms"
        case ..<1_000_000: return "\(microseconds / 1_000) ms"
        default: return "\(microseconds / 1_000_000).\(microseconds % 1_000_000 / 100_000) s"
        }
    }
}
