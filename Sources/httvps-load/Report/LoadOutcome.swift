struct LoadOutcome: Sendable {
    struct Memory: Equatable, Sendable {
        var before: Double
        var rampEnd: Double
        var most: Double
        var end: Double
    }

    var figures: LoadLedger.Figures
    var moments: [LoadMoment]
    var before: StackMetrics.Reading
    var rampEnd: StackMetrics.Reading
    var end: StackMetrics.Reading
    var rampSeconds: Double
    var standingAtRampEnd: Int
    var wasStopped: Bool

    var peak: Int { max(standingAtRampEnd, moments.map(\.sessions).max() ?? 0) }

    var rampValidations: HistogramCounts { rampEnd.validations.since(before.validations) }

    var validations: HistogramCounts { end.validations.since(before.validations) }

    var handshakes: HistogramCounts { end.handshakes.since(before.handshakes) }

    var worstValidateP95: Double? {
        let measured = [
            rampValidations.quantile(0.95).map { $0 * 1_000 }, validations.quantile(0.95).map { $0 * 1_000 },
            figures.samples[.validate]?.percentile(95),
        ]
        return measured.compactMap { $0 }.max()
    }

    func memory(of service: Service) -> Memory {
        let all = moments.compactMap { $0.memory[service] }
        return Memory(
            before: before.memory[service] ?? 0, rampEnd: rampEnd.memory[service] ?? 0, most: all.max() ?? 0,
            end: end.memory[service] ?? 0)
    }
}
