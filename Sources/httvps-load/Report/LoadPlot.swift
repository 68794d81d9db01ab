struct LoadPlot: Sendable {
    private static let left = 66.0
    private static let firstTop = 110.0
    private static let distance = 290.0

    var outcome: LoadOutcome

    var svg: String {
        let panels = [sessions, latency, memory]
        let width = Self.left + PlotPanel.width + 24
        let height = Self.firstTop + Self.distance * Double(panels.count) - 50
        let head = """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(Int(width)) \(Int(height))" width="\(Int(width))" \
            height="\(Int(height))" role="img" aria-label="Sessions, latency and memory over time">
            <style>\(Self.style)</style>
            <rect class="paper" width="100%" height="100%"/>
            <text class="head" x="\(Int(Self.left))" y="34">\(PlotPanel.escaped(summary))</text>
            """
        let drawn = panels.enumerated().map { index, panel in
            panel.svg(
                left: Self.left, top: Self.firstTop + Self.distance * Double(index), namesSeconds: true)
        }
        return ([head] + drawn + ["</svg>\n"]).joined(separator: "\n")
    }

    private static let style = """
        :root{--paper:#fff;--ink:#1c2024;--quiet:#60646c;--grid:#e3e5e8;--c0:#1f6feb;--c1:#c2410c;--c2:#15803d;--c3:#9333ea;\
        --goal:#b42318}
        @media (prefers-color-scheme:dark){:root{--paper:#15181c;--ink:#eceef0;--quiet:#9aa1a9;--grid:#2d3238;--c0:#6cb0ff;\
        --c1:#ff9a5c;--c2:#5fd38a;--c3:#cfa3ff;--goal:#ff8a7d}}
        text{font:12px system-ui,sans-serif;fill:var(--ink)} .paper{fill:var(--paper)} .head{font-size:17px;font-weight:600}
        .title{font-size:14px;font-weight:600} .tick{fill:var(--quiet);font-size:11px} .grid{stroke:var(--grid);fill:none}
        .note{paint-order:stroke;stroke:var(--paper);stroke-width:5px} .goal{stroke:var(--goal);stroke-dasharray:6 4;fill:none}
        .s0,.s1,.s2,.s3{fill:none;stroke-width:2;stroke-linejoin:round}
        .s0{stroke:var(--c0)} .s1{stroke:var(--c1)} .s2{stroke:var(--c2)} .s3{stroke:var(--c3)}
        """

    private var summary: String {
        let failures = outcome.figures.failures.values.reduce(0, +)
        let worst = outcome.worstValidateP95.map { "validate p95 \(Words.milliseconds($0)) ms, " } ?? ""
        return "\(outcome.peak) sessions, \(outcome.figures.streamsDone) streams, \(worst)"
            + (failures == 0 ? "no failure" : "\(failures) failures")
    }

    private var seconds: PlotScale { PlotScale(covering: outcome.moments.last?.seconds ?? 1, ticks: 10) }

    private var sessions: PlotPanel {
        PlotPanel(
            title: "Sessions and streams",
            series: [
                series("sessions", 0) { Double($0.sessions) }, series("streams open", 1) { Double($0.streams) },
                series("failures so far", 3) { Double($0.failures) },
            ], seconds: seconds)
    }

    private var latency: PlotPanel {
        PlotPanel(
            title: "Latency, p95 of each second, milliseconds",
            series: [
                series("validate-device, at a client", 0) { $0.p95[.validate] },
                series("hello to auth_result", 1) { $0.p95[.verdict] },
                series("stream open to first echo", 2) { $0.p95[.firstByte] },
                series("ping-pong", 3) { $0.p95[.roundTrip] },
            ], seconds: seconds,
            goal: (LoadTable.validateGoal, "validate-device must stay below \(Int(LoadTable.validateGoal)) ms"))
    }

    private var memory: PlotPanel {
        PlotPanel(
            title: "Resident memory, MiB",
            series: Service.allCases.enumerated().map { index, service in
                series(service.title, index) { ($0.memory[service] ?? 0) / 1_048_576 }
            }, seconds: seconds)
    }

    private func series(_ name: String, _ color: Int, _ value: (LoadMoment) -> Double?) -> PlotSeries {
        PlotSeries(name, color: color, points: outcome.moments.map { ($0.seconds, value($0)) })
    }
}
