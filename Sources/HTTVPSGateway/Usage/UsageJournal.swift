import Foundation
import Synchronization

package final class UsageJournal: Sendable {
    private static let suffix = ".counters"
    private static let spare = CounterFileLayout.slotCount / 2

    private struct State: ~Copyable {
        let lock: StateDirectoryLock
        var files: [CounterFile]
        var number = 1
        var earlier: [String: [String]]
    }

    package let epoch: String
    package let recovered: [RecoveredUsage]
    package let unreadable: [String]
    private let directory: String
    private let state: Mutex<State>

    package init(directory: String, epoch: String = RequestID.make()) throws(JournalError) {
        let lock = try StateDirectoryLock(directory: directory)
        var (recovered, unreadable, earlier) = ([RecoveredUsage](), [String](), [String: [String]]())
        for path in try Self.files(in: directory) {
            guard let data = FileManager.default.contents(atPath: path),
                let (epoch, sessions) = CounterFileLayout.decode([UInt8](data))
            else {
                unreadable.append(path)
                continue
            }
            recovered += sessions.map { RecoveredUsage(epoch: epoch, counted: $0) }
            earlier[epoch, default: []].append(path)
        }
        let file = try CounterFile(path: Self.path(directory, epoch, 0), epoch: epoch)
        (self.epoch, self.directory, self.recovered, self.unreadable) = (epoch, directory, recovered, unreadable)
        state = Mutex(State(lock: lock, files: [file], earlier: earlier))
    }

    package func open(_ sessionID: String) -> UsageMeter {
        let files = state.withLock { $0.files }
        for file in files.reversed() {
            if let slot = file.claim(sessionID) { return UsageMeter(sessionID: sessionID, slot: slot) }
        }
        return UsageMeter(sessionID: sessionID, slot: CounterFile.inMemory())
    }

    package func keepRoom() throws(JournalError) {
        let files = state.withLock { $0.files }
        guard files.reduce(0, { $0 + $1.freeCount }) < Self.spare else { return }
        let number = state.withLock { state in
            defer { state.number += 1 }
            return state.number
        }
        let file = try CounterFile(path: Self.path(directory, epoch, number), epoch: epoch)
        state.withLock { $0.files.append(file) }
    }

    package func synchronize() throws(JournalError) {
        for file in state.withLock({ $0.files }) { try file.synchronize() }
    }

    package func remove(epochsOtherThan open: Set<String>) {
        let paths = state.withLock { state in
            let settled = state.earlier.filter { !open.contains($0.key) }
            for epoch in settled.keys { state.earlier[epoch] = nil }
            return settled.values.flatMap(\.self)
        }
        for path in paths { unlink(path) }
    }

    package func discard() {
        for number in 0..<state.withLock({ $0.number }) { unlink(Self.path(directory, epoch, number)) }
    }

    private static func files(in directory: String) throws(JournalError) -> [String] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: directory)
            return names.filter { $0.hasSuffix(suffix) }.sorted().map { "\(directory)/\($0)" }
        } catch {
            throw JournalError(.readFailed, "GATEWAY_STATE_DIR \(directory) cannot be read", cause: error)
        }
    }

    private static func path(_ directory: String, _ epoch: String, _ number: Int) -> String {
        "\(directory)/usage-\(epoch)-\(number)\(suffix)"
    }
}
