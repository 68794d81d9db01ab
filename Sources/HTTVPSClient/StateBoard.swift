import Synchronization

final class StateBoard: Sendable {
    private struct Board {
        var watchers: [Int: AsyncStream<TunnelState>.Continuation] = [:]
        var next = 0
        var latest: TunnelState?
        var isOver = false
        var hasNeverConnected = true
    }

    private static let kept = 64

    private let board = Mutex(Board())

    var hasNeverConnected: Bool { board.withLock { $0.hasNeverConnected } }

    func watch() -> AsyncStream<TunnelState> {
        let (stream, continuation) = AsyncStream<TunnelState>.makeStream(bufferingPolicy: .bufferingNewest(Self.kept))
        let number = board.withLock { board in
            if let latest = board.latest { continuation.yield(latest) }
            if board.isOver { continuation.finish() }
            board.next += 1
            board.watchers[board.next] = continuation
            return board.next
        }
        continuation.onTermination = { [weak self] _ in self?.forget(number) }
        return stream
    }

    func publish(_ state: TunnelState) {
        let watchers = board.withLock { board in
            board.latest = state
            if case .stopped = state { board.isOver = true }
            if case .connected = state { board.hasNeverConnected = false }
            return Array(board.watchers.values)
        }
        for watcher in watchers { watcher.yield(state) }
        if case .stopped = state { for watcher in watchers { watcher.finish() } }
    }

    private func forget(_ number: Int) {
        board.withLock { board in _ = board.watchers.removeValue(forKey: number) }
    }
}
