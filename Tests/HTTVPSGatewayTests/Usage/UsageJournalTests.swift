import Foundation
import HTTVPSGateway
import HTTVPSProtocol
import Testing

struct UsageJournalTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "httvps-journal-\(UUID().uuidString)").path()

    private var file: String { directory + "/usage.journal" }

    private func entries(_ count: Int) -> [JournalEntry] {
        (1...count).flatMap { index -> [JournalEntry] in
            let usage = SessionUsage(
                sessionID: "ses_\(index)", seq: Int64(index), bytesUp: 1, bytesDown: 2, streamsOpened: 3,
                final: index.isMultiple(of: 2) ? true : nil, endedAt: nil, closeReason: "ein „Ende“\n")
            return [
                .usage(epoch: "e", usage), .settled(epoch: "e", sessionID: "ses_\(index)", seq: Int64(index)),
            ]
        }
    }

    @Test("What was written is there after a restart, also when written in several steps")
    func restart() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let journal = try UsageJournal(directory: directory)
            #expect(journal.recovered.isEmpty)
            try journal.append(Array(entries(5)[..<3]))
            try journal.append(Array(entries(5)[3...]))
            try journal.synchronize()
        }
        #expect(try UsageJournal(directory: directory).recovered == entries(5))
    }

    @Test("A file cut at any byte keeps every whole line and takes new ones")
    func cutAnywhere() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do { try UsageJournal(directory: directory).append(entries(2)) }
        let whole = try Data(contentsOf: URL(filePath: file))
        for length in 0...whole.count {
            try whole.prefix(length).write(to: URL(filePath: file))
            let lines = whole.prefix(length).count { $0 == UInt8(ascii: "\n") }
            let added = entries(3)[5]
            do {
                let journal = try UsageJournal(directory: directory)
                #expect(journal.recovered == Array(entries(2)[..<lines]))
                try journal.append([added])
            }
            #expect(try UsageJournal(directory: directory).recovered == entries(2)[..<lines] + [added])
        }
    }

    @Test("A flipped bit costs its own line only")
    func damage() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do { try UsageJournal(directory: directory).append(entries(2)) }
        let whole = try Data(contentsOf: URL(filePath: file))
        let firstLine = try #require(whole.firstIndex(of: UInt8(ascii: "\n")))
        for index in 0..<firstLine {
            var damaged = whole
            damaged[index] ^= 0x04
            try damaged.write(to: URL(filePath: file))
            #expect(try UsageJournal(directory: directory).recovered.suffix(3) == entries(2)[1...])
        }
    }

    @Test("Compaction leaves what is asked for and appends go on behind it")
    func compaction() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let journal = try UsageJournal(directory: directory)
            try journal.append(entries(50))
            let before = journal.size
            try journal.compact {
                Issue.record("too small to compact"); return []
            }
            try journal.compact(ifLargerThan: 0) { [entries(1)[0]] }
            #expect(journal.size < before / 50)
            try journal.append([entries(1)[1]])
        }
        #expect(try UsageJournal(directory: directory).recovered == entries(1))
    }

    @Test("A directory has one gateway at a time")
    func exclusive() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let journal = try UsageJournal(directory: directory)
        #expect { try UsageJournal(directory: directory) } throws: { ($0 as? JournalError)?.code == .inUse }
        #expect(journal.size == 0)
    }

    @Test("A directory that cannot be made is named")
    func unusable() {
        #expect { try UsageJournal(directory: "/proc/nonexistent/x") } throws: { error in
            (error as? JournalError)?.code == .directoryUnusable && "\(error)".contains("/proc/nonexistent/x")
        }
    }
}
