import HTTVPSGateway
import HTTVPSProtocol
import NIOCore

struct UsageSimulation {
    private struct Random: RandomNumberGenerator {
        var state: UInt64

        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var value = state
            value = (value ^ value >> 30) &* 0xBF58_476D_1CE4_E5B9
            value = (value ^ value >> 27) &* 0x94D0_49BB_1331_11EB
            return value ^ value >> 31
        }
    }

    private var random: Random
    private var backend = BackendModel()
    private var ledger = UsageLedger(epoch: "epoch-0")
    private var slots: [String: [String: SessionUsage]] = [:]
    private var live: [String: SessionCounters] = [:]
    private var truth: [String: SessionCounters] = [:]
    private var onTheWay: [UsageReportRequest] = []
    private var answers: [(UsageReportRequest, UsageReportResponse)] = []
    private var starts = 0
    private var sessions = 0
    private var now = NIODeadline.uptimeNanoseconds(1)

    init(seed: UInt64) { random = Random(state: seed) }

    mutating func step() {
        now = now + .milliseconds(100)
        switch Int.random(in: 0..<100, using: &random) {
        case 0..<10: open()
        case 10..<45: move()
        case 45..<52: end()
        case 52..<67: send(keep: 1)
        case 67..<72: send(keep: 2)
        case 72..<84: deliver()
        case 84..<94: answer()
        case 94..<97: loseAll()
        default: restart()
        }
    }

    mutating func settle() {
        for sessionID in live.keys.sorted() { close(sessionID) }
        for _ in 0..<3 {
            issue()
            for request in ledger.due() { finish(request) }
        }
        while !onTheWay.isEmpty { deliver() }
    }

    var mistakes: [String] {
        var mistakes = truth.compactMap { sessionID, counters -> String? in
            let total = backend.total(of: sessionID)
            let expected = BackendModel.Totals(
                up: counters.bytesUp, down: counters.bytesDown, streams: counters.streamsOpened)
            return total == expected ? nil : "\(sessionID): \(total) instead of \(expected)"
        }
        mistakes += Set(truth.keys).subtracting(backend.ended).map { "\($0) never ended" }
        if !ledger.due().isEmpty { mistakes.append("reports are left") }
        return mistakes
    }

    private mutating func open() {
        sessions += 1
        let sessionID = "ses_\(sessions)"
        let bytes: Int64? = Bool.random(using: &random) ? 1_000 : nil
        _ = ledger.open(
            sessionID: sessionID, lease: LeaseGrant(sessionID: sessionID, bytes: bytes, seconds: 30, countedFrom: 0))
        live[sessionID] = SessionCounters()
        truth[sessionID] = SessionCounters()
        slots[ledger.epoch, default: [:]][sessionID] = SessionUsage(
            sessionID: sessionID, seq: 0, bytesUp: 0, bytesDown: 0, streamsOpened: 0)
    }

    private mutating func move() {
        guard let sessionID = live.keys.sorted().randomElement(using: &random), var counters = live[sessionID] else {
            return
        }
        counters.bytesUp += .random(in: 0...500, using: &random)
        counters.bytesDown += .random(in: 0...5_000, using: &random)
        counters.streamsOpened += 1
        live[sessionID] = counters
        truth[sessionID] = counters
        slots[ledger.epoch]?[sessionID]?.bytesUp = counters.bytesUp
        slots[ledger.epoch]?[sessionID]?.bytesDown = counters.bytesDown
        slots[ledger.epoch]?[sessionID]?.streamsOpened = counters.streamsOpened
    }

    private mutating func end() {
        guard let sessionID = live.keys.sorted().randomElement(using: &random) else { return }
        close(sessionID)
    }

    private mutating func close(_ sessionID: String) {
        ledger.observe(sessionID: sessionID, counters: live.removeValue(forKey: sessionID) ?? SessionCounters())
        ledger.end(sessionID: sessionID, reason: "closed", timestamp: "2026-01-01T00:00:00Z", at: now)
        slots[ledger.epoch]?[sessionID]?.final = true
    }

    private mutating func issue() {
        for (sessionID, counters) in live { ledger.observe(sessionID: sessionID, counters: counters) }
        for usage in ledger.issue(.round) { slots[ledger.epoch]?[usage.sessionID]?.seq = usage.seq }
    }

    private mutating func send(keep copies: Int) {
        issue()
        for request in ledger.due() { onTheWay += Array(repeating: request, count: copies) }
    }

    private mutating func deliver() {
        guard let index = onTheWay.indices.randomElement(using: &random) else { return }
        let request = onTheWay.remove(at: index)
        answers.append((request, backend.take(request)))
    }

    private mutating func answer() {
        guard let index = answers.indices.randomElement(using: &random) else { return }
        let (request, response) = answers.remove(at: index)
        answered(request, response)
    }

    private mutating func finish(_ request: UsageReportRequest) {
        answered(request, backend.take(request))
    }

    private mutating func answered(_ request: UsageReportRequest, _ response: UsageReportResponse) {
        _ = ledger.answered(request, response)
        let kept = ledger.earlierEpochs.union([ledger.epoch])
        slots = slots.filter { kept.contains($0.key) }
    }

    private mutating func loseAll() {
        onTheWay = []
        answers = []
    }

    private mutating func restart() {
        starts += 1
        answers = []
        live = [:]
        let recovered = slots.flatMap { epoch, sessions in
            sessions.values.map { RecoveredUsage(epoch: epoch, counted: $0) }
        }
        ledger = UsageLedger(epoch: "epoch-\(starts)", recovered: recovered)
    }
}
