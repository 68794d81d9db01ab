import Foundation
import HTTVPSObservability
import HTTVPSProtocol
import Testing

@testable import HTTVPSGateway

struct UsageJournalTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "httvps-journal-\(UUID().uuidString)").path()

    private func files() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".counters") }.sorted()
    }

    private func recovered() throws -> [RecoveredUsage] { try UsageJournal(directory: directory).recovered }

    private func usage(_ name: String, _ seq: Int64, _ up: Int64, _ down: Int64, _ streams: Int64) -> SessionUsage {
        SessionUsage(sessionID: name, seq: seq, bytesUp: up, bytesDown: down, streamsOpened: streams)
    }

    @Test("What was counted is there after a restart, byte for byte, without anything being written in between")
    func restart() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let journal = try UsageJournal(directory: directory, epoch: "e1")
            #expect(journal.recovered.isEmpty)
            let (first, second) = (journal.open("ses_1"), journal.open("ses_2"))
            for _ in 0..<1_000 { first.countDown(1_460) }
            first.countUp(7)
            first.countStream()
            first.issued(seq: 12)
            second.countUp(3)
            second.ended(reason: "client_closed", at: Timestamp(millisecondsSinceEpoch: 1_000))
        }
        let found = try recovered()
        var ended = usage("ses_2", 0, 3, 0, 0)
        (ended.final, ended.endedAt, ended.closeReason) = (true, "1970-01-01T00:00:01.000Z", "client_closed")
        #expect(found == [usage("ses_1", 12, 7, 1_460_000, 1), ended].map { RecoveredUsage(epoch: "e1", counted: $0) })
        #expect(found[0].usage.final == true && found[0].usage.closeReason == "gateway_restart")
        #expect(found[0].usage.seq > 12)
    }

    @Test("Several processes that died one after another are all remembered until they are settled")
    func severalEpochs() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        for epoch in ["e1", "e2"] { try UsageJournal(directory: directory, epoch: epoch).open("ses_1").countUp(1) }
        let journal = try UsageJournal(directory: directory, epoch: "e3")
        #expect(journal.recovered.map(\.epoch) == ["e1", "e2"])
        journal.remove(epochsOtherThan: ["e2"])
        #expect(try files() == ["usage-e2-0.counters", "usage-e3-0.counters"])
        journal.discard()
        #expect(try files() == ["usage-e2-0.counters"])
    }

    @Test("A place is free again when its session was forgotten, not before")
    func places() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let journal = try UsageJournal(directory: directory, epoch: "e1")
            for index in 0..<10_000 {
                let meter = journal.open("ses_\(index)")
                meter.countUp(index)
                if index != 77 { meter.forgotten() }
            }
        }
        let found = try recovered()
        #expect(found.map(\.usage.sessionID) == ["ses_77"] && found.first?.usage.bytesUp == 77)
    }

    @Test("More sessions than one file holds take further files, and past them memory counts")
    func growth() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        var last: UsageMeter?
        do {
            let journal = try UsageJournal(directory: directory, epoch: "e1")
            var meters = (0..<4_000).map { journal.open("ses_\($0)") }
            try journal.keepRoom()
            meters += (4_000..<8_192).map { journal.open("ses_\($0)") }
            last = journal.open("ses_last")
            for meter in meters { meter.countDown(2) }
        }
        last?.countDown(5)
        #expect(last?.counters.bytesDown == 5)
        #expect(try recovered().count { $0.usage.bytesDown == 2 } == 8_192)
    }

    @Test("A session whose name fits into no place is counted all the same")
    func longName() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let meter = try UsageJournal(directory: directory).open(String(repeating: "x", count: 300))
        meter.countUp(4)
        #expect(meter.counters.bytesUp == 4 && meter.counters.bytesDown == 0)
    }

    @Test("A flipped bit in a name costs its own session only, one in the head is reported")
    func damage() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let journal = try UsageJournal(directory: directory, epoch: "e1")
            for name in ["ses_1", "ses_2"] { journal.open(name).countUp(1) }
        }
        let file = URL(filePath: directory + "/usage-e1-0.counters")
        let whole = try Data(contentsOf: file)
        var damaged = whole
        damaged[CounterFileLayout.offset(ofSlot: 0) + 98] ^= 0x04
        #expect(CounterFileLayout.decode([UInt8](damaged))?.sessions.map(\.sessionID) == ["ses_2"])
        for index in 0..<176 {
            damaged = whole
            damaged[index] ^= 0x04
            #expect(CounterFileLayout.decode([UInt8](damaged)) == nil)
        }
        for length in [0, 100, 4_095] { #expect(CounterFileLayout.decode([UInt8](whole.prefix(length))) == nil) }
        try damaged.write(to: file)
        let journal = try UsageJournal(directory: directory)
        #expect(journal.unreadable.map { $0.hasSuffix("usage-e1-0.counters") } == [true])
    }

    @Test("A directory has one gateway at a time")
    func exclusive() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let journal = try UsageJournal(directory: directory)
        #expect { try UsageJournal(directory: directory) } throws: { ($0 as? JournalError)?.code == .inUse }
        #expect(journal.recovered.isEmpty)
    }

    @Test("A directory that cannot be made is named")
    func unusable() {
        #expect { try UsageJournal(directory: "/proc/nonexistent/x") } throws: { error in
            (error as? JournalError)?.code == .directoryUnusable && "\(error)".contains("/proc/nonexistent/x")
        }
    }
}
