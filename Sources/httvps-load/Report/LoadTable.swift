struct LoadTable: Sendable {
    static let validateGoal = 150.0
    private static let ranks: [Double] = [50, 95, 99, 100]

    var outcome: LoadOutcome

    var text: String {
        ([sessions, streams, "", head] + measures + [""] + backend + [""] + memory + [""] + failures)
            .joined(separator: "\n")
    }

    private var figures: LoadLedger.Figures { outcome.figures }

    private var sessions: String {
        """
        sessions  \(figures.begun) begun, \(outcome.peak) at once, \(figures.sessionsFailed) failed; ramp \
        \(Words.number(outcome.rampSeconds)) s, \(Words.number(Double(figures.begun) / max(outcome.rampSeconds, 0.001))) a \
        second
        """
    }

    private var streams: String {
        """
        streams   \(figures.streamsDone) done, \(figures.streamsFailed) failed; \
        \(Words.mebibytes(Double(figures.bytesChecked))) came back, every byte compared
        """
    }

    private var head: String {
        Self.row("milliseconds", ["count", "p50", "p95", "p99", "most"])
    }

    private var measures: [String] {
        Measure.allCases.compactMap { measure in
            guard let samples = figures.samples[measure] else { return nil }
            let values = samples.percentiles(Self.ranks).map { Words.milliseconds($0) }
            return Self.row(measure.title, ["\(samples.count)"] + values)
        }
    }

    private var backend: [String] {
        let rows: [(String, HistogramCounts)] = [
            ("validate-device, backend, in the ramp", outcome.rampValidations),
            ("validate-device, backend, in all", outcome.validations),
            ("gateway: upgrade to auth_result", outcome.handshakes),
        ]
        let lines = rows.map { title, counts in
            let values = [0.5, 0.95, 0.99].map { counts.quantile($0).map { Words.milliseconds($0 * 1_000) } ?? "-" }
            return Self.row(title, ["\(Int(counts.count))"] + values + [""])
        }
        return [Self.row("from the services' histograms", ["count", "p50", "p95", "p99", ""])] + lines + [verdict]
    }

    private var verdict: String {
        guard let worst = outcome.worstValidateP95 else { return "validate-device was not called" }
        return "validate p95 \(Words.milliseconds(worst)) ms: \(worst < Self.validateGoal ? "below" : "NOT below") the "
            + "\(Int(Self.validateGoal)) ms it must stay below"
    }

    private var memory: [String] {
        [Self.row("memory, resident", ["before", "ramp end", "most", "end", "KiB each"])]
            + Service.allCases.map { service in
                let steps = outcome.memory(of: service)
                let each = (steps.rampEnd - steps.before) / Double(max(outcome.standingAtRampEnd, 1)) / 1_024
                let values = [steps.before, steps.rampEnd, steps.most, steps.end].map { Words.mebibytes($0) }
                return Self.row(service.title, values + [Words.number(each)])
            }
    }

    private var failures: [String] {
        if figures.isClean { return [outcome.wasStopped ? "stopped before its end; no failure so far" : "no failure"] }
        return figures.failures.sorted { $0.key < $1.key }.map { code, count in
            "FAILED \(count) x \(code), the first: \(figures.examples[code] ?? "")"
        }
    }

    private static func row(_ title: String, _ cells: [String]) -> String {
        let padded = cells.map { String(repeating: " ", count: max(1, 12 - $0.count)) + $0 }
        return title + String(repeating: " ", count: max(1, 38 - title.count)) + padded.joined()
    }
}
