import Synchronization

final class LoadSampler: Sendable {
    private static let interval = Duration.seconds(1)

    private let metrics: StackMetrics
    private let ledger: LoadLedger
    private let progress: ProgressLine
    private let start: ContinuousClock.Instant
    private let sessions: Int
    private let kept = Mutex<[LoadMoment]>([])

    init(
        metrics: StackMetrics, ledger: LoadLedger, progress: ProgressLine, start: ContinuousClock.Instant, sessions: Int
    ) {
        self.metrics = metrics
        self.ledger = ledger
        self.progress = progress
        self.start = start
        self.sessions = sessions
    }

    var moments: [LoadMoment] { kept.withLock { $0 } }

    func run() async {
        var earlier: StackMetrics.Reading?
        var due = ContinuousClock.now
        while !Task.isCancelled {
            do {
                let reading = try await metrics.read()
                note(reading, since: earlier)
                earlier = reading
            } catch {
                if !Task.isCancelled { ledger.fail("metrics: \(error.code.rawValue)", error.message) }
            }
            due += Self.interval
            try? await Task.sleep(until: due, clock: .continuous)
        }
    }

    private func note(_ reading: StackMetrics.Reading, since earlier: StackMetrics.Reading?) {
        let figures = ledger.figures
        var moment = LoadMoment(
            seconds: (ContinuousClock.now - start) / .seconds(1), sessions: figures.standing,
            streams: figures.streamsOpen, failures: figures.failures.values.reduce(0, +),
            bytesChecked: figures.bytesChecked)
        moment.p95 = ledger.takeWindow().mapValues { $0.percentile(95) }
        moment.memory = reading.memory
        if let earlier {
            moment.backendValidateP95 = reading.validations.since(earlier.validations).quantile(0.95).map { $0 * 1_000 }
        }
        kept.withLock { $0.append(moment) }
        progress.show(moment.line(of: sessions))
    }
}

extension LoadMoment {
    func line(of sessions: Int) -> String {
        func latest(_ measure: Measure) -> String { p95[measure].map { Words.milliseconds($0) } ?? "-" }
        let memory = [Service.gateway, .backend].map { Words.number((self.memory[$0] ?? 0) / 1_048_576, digits: 0) }
        return [
            "\(Words.number(seconds, digits: 0)) s", "\(self.sessions)/\(sessions) sessions", "\(streams) streams",
            "\(failures) failed", "validate \(latest(.validate)), echo \(latest(.roundTrip)) ms p95",
            "gateway \(memory[0]), backend \(memory[1]) MiB",
        ].joined(separator: "  ")
    }
}
