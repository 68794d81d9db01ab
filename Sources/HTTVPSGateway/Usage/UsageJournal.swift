import Synchronization

package final class UsageJournal: Sendable {
    private static let compactAbove = 1 << 20

    private struct State: ~Copyable {
        let lock: StateDirectoryLock
        var file: JournalFile
        var compactedSize: Int
    }

    package let recovered: [JournalEntry]
    private let state: Mutex<State>

    package init(directory: String) throws(JournalError) {
        let lock = try StateDirectoryLock(directory: directory)
        var file = try JournalFile(path: directory + "/usage.journal")
        let bytes = try file.readAll()
        let end = (bytes.lastIndex(of: UInt8(ascii: "\n")) ?? -1) + 1
        if end < bytes.count { try file.truncate(to: end) }
        recovered = bytes[..<end].split(separator: UInt8(ascii: "\n")).compactMap(JournalLine.decode)
        let size = file.size
        state = Mutex(State(lock: lock, file: file, compactedSize: size))
    }

    package var size: Int { state.withLock { $0.file.size } }

    package func append(_ entries: [JournalEntry]) throws(JournalError) {
        if entries.isEmpty { return }
        let bytes = try Self.bytes(of: entries)
        try state.withLock { state throws(JournalError) in try state.file.append(bytes) }
    }

    package func compact(
        ifLargerThan threshold: Int = UsageJournal.compactAbove, to entries: () -> [JournalEntry]
    ) throws(JournalError) {
        try state.withLock { state throws(JournalError) in
            guard state.file.size > max(threshold, 4 * state.compactedSize) || threshold == 0 else { return }
            try state.file.replace(with: Self.bytes(of: entries()))
            state.compactedSize = state.file.size
        }
    }

    package func synchronize() throws(JournalError) {
        try state.withLock { state throws(JournalError) in try state.file.synchronize() }
    }

    private static func bytes(of entries: [JournalEntry]) throws(JournalError) -> [UInt8] {
        do {
            return try entries.flatMap(JournalLine.encode)
        } catch {
            throw JournalError(.writeFailed, "an entry of the usage journal cannot be encoded", cause: error)
        }
    }
}
