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
    private var journal: [JournalEntry] = []
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
        case 94..<96: loseAll()
        case 96..<98: restart()
        default: compact()
        }
    }

    mutating func settle() {
        for sessionID in live.keys.sorted() { close(sessionID) }
        for _ in 0..<3 {
            journal += ledger.issue(.round)
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
        record()
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
        ledger.observe(sessionID: sessionID, counters: counters)
        record()
    }

    private mutating func end() {
        guard let sessionID = live.keys.sorted().randomElement(using: &random) else { return }
        close(sessionID)
    }

    private mutating func close(_ sessionID: String) {
        live[sessionID] = nil
        ledger.end(sessionID: sessionID, reason: "closed", timestamp: "2026-01-01T00:00:00Z", at: now)
        record()
    }

    private mutating func record() { journal += ledger.issue(.news) }

    private mutating func send(keep copies: Int) {
        journal += ledger.issue(.round)
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
        journal += ledger.answered(request, response).entries
    }

    private mutating func finish(_ request: UsageReportRequest) {
        journal += ledger.answered(request, backend.take(request)).entries
    }

    private mutating func loseAll() {
        onTheWay = []
        answers = []
    }

    private mutating func restart() {
        starts += 1
        answers = []
        live = [:]
        ledger = UsageLedger(epoch: "epoch-\(starts)", recovered: journal)
    }

    private mutating func compact() { journal = ledger.unsettledEntries }
}
