struct PlotSeries: Equatable, Sendable {
    var name: String
    var color: Int
    var points: [(x: Double, y: Double)]

    init(_ name: String, color: Int, points: [(Double, Double?)]) {
        self.name = name
        self.color = color
        self.points = points.compactMap { x, y in
            guard let y, y.isFinite else { return nil }
            return (x: x, y: y)
        }
    }

    var highest: Double { points.map(\.y).max() ?? 0 }

    static func == (one: PlotSeries, other: PlotSeries) -> Bool {
        one.name == other.name && one.color == other.color
            && one.points.elementsEqual(other.points) { $0.x == $1.x && $0.y == $1.y }
    }
}
