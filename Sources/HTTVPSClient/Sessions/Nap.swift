import Synchronization

final class Nap: Sendable {
    private struct State {
        var sleeper: Task<Void, any Error>?
        var isWoken = false
    }

    private let state = Mutex(State())

    func sleep(_ pause: Duration, on clock: TunnelClock) async {
        let sleeper = Task { try await clock.sleep(pause) }
        let isWoken = state.withLock { state in
            state.sleeper = sleeper
            defer { state.isWoken = false }
            return state.isWoken
        }
        if isWoken { sleeper.cancel() }
        await withTaskCancellationHandler {
            _ = await sleeper.result
        } onCancel: {
            sleeper.cancel()
        }
        state.withLock { $0.sleeper = nil }
    }

    func wake() {
        state.withLock { state in
            if let sleeper = state.sleeper { sleeper.cancel() } else { state.isWoken = true }
        }
    }
}
