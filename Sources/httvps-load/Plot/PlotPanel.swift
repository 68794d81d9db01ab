struct PlotPanel: Sendable {
    static let width = 860.0
    static let height = 190.0
    private static let plain = 4

    var title: String
    var series: [PlotSeries]
    var seconds: PlotScale
    var goal: (value: Double, name: String)?

    func svg(left: Double, top: Double, namesSeconds: Bool) -> String {
        let goalTop = goal.map { $0.value * 1.05 } ?? 0
        let scale = PlotScale(covering: max(series.map(\.highest).max() ?? 0, goalTop), ticks: Self.plain)
        var parts = [#"<g transform="translate(\#(Self.text(left)) \#(Self.text(top)))">"#]
        parts.append(#"<text class="title" x="0" y="-30">\#(Self.escaped(title))</text>"#)
        parts += legend() + rows(scale) + columns(namesSeconds)
        parts += series.map { line(of: $0, scale) } + goalLine(scale)
        return (parts + ["</g>"]).joined(separator: "\n")
    }

    private func legend() -> [String] {
        var x = 0.0
        return series.map { series in
            defer { x += Double(series.name.count) * 6.7 + 44 }
            return #"<path class="s\#(series.color)" d="M\#(Self.text(x)) -14h20"/>"#
                + #"<text x="\#(Self.text(x + 26))" y="-10">\#(Self.escaped(series.name))</text>"#
        }
    }

    private func rows(_ scale: PlotScale) -> [String] {
        scale.ticks.map { tick in
            let y = Self.text(Self.height - scale.position(tick, length: Self.height))
            return #"<path class="grid" d="M0 \#(y)h\#(Self.text(Self.width))"/>"#
                + #"<text class="tick" x="-8" y="\#(y)" dy="4" text-anchor="end">\#(scale.label(tick))</text>"#
        }
    }

    private func columns(_ namesSeconds: Bool) -> [String] {
        seconds.ticks.map { tick in
            let x = Self.text(seconds.position(tick, length: Self.width))
            let mark = #"<path class="grid" d="M\#(x) 0v\#(Self.text(Self.height + 4))"/>"#
            let unit = tick == 0 ? " s" : ""
            return mark
                + #"<text class="tick" x="\#(x)" y="\#(Self.text(Self.height + 20))" text-anchor="middle">"#
                + "\(seconds.label(tick))\(namesSeconds ? unit : "")</text>"
        }
    }

    private func goalLine(_ scale: PlotScale) -> [String] {
        guard let goal else { return [] }
        let y = Self.height - scale.position(goal.value, length: Self.height)
        return [
            #"<path class="goal" d="M0 \#(Self.text(y))h\#(Self.text(Self.width))"/>"#,
            #"<text class="tick note" x="\#(Self.text(Self.width - 4))" y="\#(Self.text(y - 5))" text-anchor="end">"#
                + "\(Self.escaped(goal.name))</text>",
        ]
    }

    private func line(of series: PlotSeries, _ scale: PlotScale) -> String {
        let points = series.points.map { point in
            let x = seconds.position(point.x, length: Self.width)
            let y = Self.height - scale.position(point.y, length: Self.height)
            return "\(Self.text(x)),\(Self.text(y))"
        }
        return #"<polyline class="s\#(series.color)" points="\#(points.joined(separator: " "))"/>"#
    }

    private static func text(_ value: Double) -> String { Words.number(value, digits: 1) }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
