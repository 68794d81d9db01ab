package import NIOCore

package struct CircuitBreaker: Sendable {
    package enum Phase: String, CaseIterable, Hashable, Sendable {
        case closed
        case open
        case halfOpen = "half_open"
    }

    package enum Standing: Sendable { case good, probe, bad }

    package struct Settings: Sendable {
        package var failuresToOpen = 3
        package var badTargetsToOpen = 5
        package var badShareToOpen = 0.8
        package var badTargetsPerSource = Int.max
        package var memory = TimeAmount.seconds(60)
        package var rememberedTargets = 64
        package var firstPause = TimeAmount.seconds(2)
        package var longestPause = TimeAmount.seconds(60)
        package var probePatience = TimeAmount.seconds(10)

        package init() {}
    }

    private enum Cause { case connects, streams }

    private enum State {
        case closed(failures: Int)
        case open(Cause, until: NIODeadline)
        case halfOpen(Cause, until: NIODeadline)
    }

    private struct Verdict {
        var isGood: Bool
        var source: Int
        var at: NIODeadline
    }

    private let settings: Settings
    private var state = State.closed(failures: 0)
    private var pauses = 0
    private var verdicts: [Int: Verdict] = [:]

    package init(settings: Settings = Settings()) { self.settings = settings }

    package var phase: Phase {
        switch state {
        case .closed: .closed
        case .open: .open
        case .halfOpen: .halfOpen
        }
    }

    package func standing(at now: NIODeadline) -> Standing {
        switch state {
        case .closed: .good
        case .open(_, let until), .halfOpen(_, let until): now < until ? .bad : .probe
        }
    }

    package mutating func beginProbe(at now: NIODeadline) {
        switch state {
        case .closed: break
        case .open(let cause, let until), .halfOpen(let cause, let until):
            if now >= until { state = .halfOpen(cause, until: now + settings.probePatience) }
        }
    }

    package mutating func connected() {
        switch state {
        case .closed, .open(.connects, _), .halfOpen(.connects, _): close()
        case .open(.streams, _), .halfOpen(.streams, _): break
        }
    }

    package mutating func connectFailed(at now: NIODeadline) {
        switch state {
        case .closed(let failures):
            if failures + 1 < settings.failuresToOpen {
                state = .closed(failures: failures + 1)
            } else {
                open(.connects, at: now)
            }
        case .halfOpen: open(.connects, at: now)
        case .open(_, let until): state = .open(.connects, until: until)
        }
    }

    package mutating func answered(target: Int, source: Int, at now: NIODeadline) {
        note(Verdict(isGood: true, source: source, at: now), of: target)
        close()
    }

    package mutating func wentUnanswered(target: Int, source: Int, at now: NIODeadline) {
        note(Verdict(isGood: false, source: source, at: now), of: target)
        switch state {
        case .closed: if isSuspect(at: now) { open(.streams, at: now) }
        case .halfOpen(.streams, _): open(.streams, at: now)
        case .halfOpen(.connects, _), .open: break
        }
    }

    private mutating func open(_ cause: Cause, at now: NIODeadline) {
        let pause = settings.firstPause * (1 << min(pauses, 16))
        pauses += 1
        state = .open(cause, until: now + min(pause, settings.longestPause))
    }

    private mutating func close() {
        if case .closed = state {} else { verdicts = verdicts.filter { $0.value.isGood } }
        state = .closed(failures: 0)
        pauses = 0
    }

    private mutating func note(_ verdict: Verdict, of target: Int) {
        verdicts[target] = verdict
        guard verdicts.count > settings.rememberedTargets else { return }
        let oldest = verdicts.min { $0.value.at < $1.value.at }
        if let oldest { verdicts[oldest.key] = nil }
    }

    private func isSuspect(at now: NIODeadline) -> Bool {
        let recent = verdicts.values.filter { now - $0.at <= settings.memory }
        let bad = Dictionary(grouping: recent.filter { !$0.isGood }, by: \.source)
            .reduce(0) { $0 + min($1.value.count, settings.badTargetsPerSource) }
        let good = recent.count { $0.isGood }
        return bad >= settings.badTargetsToOpen && Double(bad) >= settings.badShareToOpen * Double(bad + good)
    }
}
