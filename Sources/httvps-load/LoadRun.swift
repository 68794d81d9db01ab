import Foundation
import HTTVPSClient

struct LoadRun: Sendable {
    private static let settling = Duration.seconds(60)

    let plan: LoadPlan
    let stack: StackAddress
    let http: HTTPDesk
    let progress: ProgressLine
    let ledger = LoadLedger()

    private var metrics: StackMetrics { StackMetrics(http: http, stack: stack) }

    func run() async throws -> LoadOutcome {
        let desk = AdminDesk(http: http, backend: stack.backend, token: stack.adminToken)
        let devices = try await LoadAccounts(desk: desk, progress: progress).devices(plan.sessions)
        progress.say("\(devices.count) devices are there; \(plan.sentence)")
        let target = try await EchoTarget.start()
        let before = try await metrics.read()
        let start = ContinuousClock.now
        let sampler = LoadSampler(
            metrics: metrics, ledger: ledger, progress: progress, start: start, sessions: plan.sessions)
        let probe = ValidationProbe(http: http, stack: stack, perSecond: plan.validationsPerSecond, ledger: ledger)
        let ramp: RampEnd = try await Companion.alongside({ await sampler.run() }) {
            let end = try await Companion.alongside({ await probe.run() }) {
                try await withSessions(devices, target: target.port, since: start)
            }
            try? await settle(to: before.sessions)
            return end
        }
        await target.stop()
        return LoadOutcome(
            figures: ledger.figures, moments: sampler.moments, before: before, rampEnd: ramp.reading,
            end: await end(or: ramp.reading), rampSeconds: ramp.seconds, standingAtRampEnd: ramp.standing,
            wasStopped: Task.isCancelled)
    }

    private struct RampEnd: Sendable {
        var reading: StackMetrics.Reading
        var seconds: Double
        var standing: Int
    }

    private func withSessions(
        _ devices: [LoadDevice], target: Int, since start: ContinuousClock.Instant
    ) async throws -> RampEnd {
        let roster = SessionRoster()
        let ramp = SessionRamp(plan: plan, stack: stack, devices: devices, roster: roster, ledger: ledger)
        let traffic = StreamTraffic(plan: plan, port: target, roster: roster, ledger: ledger)
        return try await Companion.alongside({ await ramp.run() }) {
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { await traffic.run() }
                let end = try await rampEnd(devices.count, since: start)
                progress.say("\(end.standing) sessions stand after \(Words.number(end.seconds)) s")
                try? await Task.sleep(for: .seconds(plan.holdSeconds))
                traffic.end()
                try await group.waitForAll()
                return end
            }
        }
    }

    private func rampEnd(_ count: Int, since start: ContinuousClock.Instant) async throws -> RampEnd {
        while !Task.isCancelled {
            let figures = ledger.figures
            if figures.begun == count, figures.standing + figures.sessionsFailed >= count { break }
            try? await Task.sleep(for: .milliseconds(50))
        }
        let seconds = (ContinuousClock.now - start) / .seconds(1)
        return RampEnd(
            reading: try await Self.uncancelled(metrics), seconds: seconds, standing: ledger.figures.standing)
    }

    private func settle(to sessions: Int) async throws {
        progress.say("all streams are over; the sessions end")
        let limit = ContinuousClock.now + Self.settling
        while ContinuousClock.now < limit {
            if try await metrics.read().sessions <= sessions { return }
            try await Task.sleep(for: .milliseconds(200))
        }
        ledger.fail("session: left behind", "the gateway still counts sessions \(Self.settling) after all had ended")
    }

    private func end(or reading: StackMetrics.Reading) async -> StackMetrics.Reading {
        (try? await Self.uncancelled(metrics)) ?? reading
    }

    private static func uncancelled(_ metrics: StackMetrics) async throws -> StackMetrics.Reading {
        try await Task { try await metrics.read() }.value
    }
}
