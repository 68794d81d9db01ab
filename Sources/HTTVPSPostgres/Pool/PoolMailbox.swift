import CLibPQ
import Glibc
import Synchronization

final class PoolMailbox: Sendable {
    private struct State {
        var commands: [PoolCommand] = []
        var isClosed = false
    }

    private let state = Mutex(State())
    private let publishedCounts = Mutex(PoolCounts())
    private let lastID = Atomic<UInt64>(0)
    let wakeDescriptor: Int32

    init() throws(PostgresError) {
        wakeDescriptor = eventfd(0, Int32(EFD_CLOEXEC) | Int32(EFD_NONBLOCK))
        guard wakeDescriptor >= 0 else {
            throw PostgresError(.databaseUnavailable, "no descriptor is left for the connection pool")
        }
    }

    deinit { close(wakeDescriptor) }

    func nextID() -> OperationID { OperationID(number: lastID.add(1, ordering: .relaxed).newValue) }

    var counts: PoolCounts { publishedCounts.withLock { $0 } }

    func publish(_ counts: PoolCounts) { publishedCounts.withLock { $0 = counts } }

    func post(_ command: PoolCommand) -> Bool {
        let (isAccepted, isFirst) = state.withLock { state in
            guard !state.isClosed else { return (false, false) }
            state.commands.append(command)
            return (true, state.commands.count == 1)
        }
        if isFirst {
            var one: UInt64 = 1
            _ = write(wakeDescriptor, &one, MemoryLayout.size(ofValue: one))
        }
        return isAccepted
    }

    func collect() -> [PoolCommand] {
        var count: UInt64 = 0
        _ = read(wakeDescriptor, &count, MemoryLayout.size(ofValue: count))
        return state.withLock { state in
            defer { state.commands = [] }
            return state.commands
        }
    }

    func seal() -> [PoolCommand] {
        state.withLock { state in
            state.isClosed = true
            defer { state.commands = [] }
            return state.commands
        }
    }
}
