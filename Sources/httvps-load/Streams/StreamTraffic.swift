import HTTVPSClient
import Synchronization

final class StreamTraffic: Sendable {
    private let plan: LoadPlan
    private let port: Int
    private let roster: SessionRoster
    private let ledger: LoadLedger
    private let isOver = Atomic(false)

    init(plan: LoadPlan, port: Int, roster: SessionRoster, ledger: LoadLedger) {
        self.plan = plan
        self.port = port
        self.roster = roster
        self.ledger = ledger
    }

    func end() { isOver.store(true, ordering: .relaxed) }

    func run() async {
        guard plan.streamsPerSecond > 0 else { return }
        let start = ContinuousClock.now
        await withDiscardingTaskGroup { group in
            var number = 0
            while !Task.isCancelled, !isOver.load(ordering: .relaxed) {
                number += 1
                let due = start + .seconds(Double(number) / plan.streamsPerSecond)
                try? await Task.sleep(until: due, clock: .continuous)
                guard let tunnel = roster.any() else { continue }
                let errand = errand(number)
                group.addTask { await self.run(errand, through: tunnel) }
            }
        }
    }

    private func errand(_ number: Int) -> StreamErrand {
        let kind =
            plan.isBulk(number)
            ? StreamErrand.Kind.bulk(bytes: plan.bulkBytes) : .pingPong(exchanges: plan.exchanges)
        return StreamErrand(kind: kind, number: number, port: port, ledger: ledger)
    }

    private func run(_ errand: StreamErrand, through tunnel: Tunnel) async {
        ledger.change { $0.streamsOpen += 1 }
        do {
            try await Deadline.within(StreamErrand.patience) { try await errand.run(through: tunnel) }
            ledger.change { $0.streamsDone += 1 }
        } catch {
            if !Task.isCancelled {
                ledger.change { $0.streamsFailed += 1 }
                ledger.fail("stream: \(FailureCode.name(of: error))", "\(error)")
            }
        }
        ledger.change { $0.streamsOpen -= 1 }
    }
}
