import Synchronization

final class LoadLedger: Sendable {
    struct Figures: Sendable {
        var begun = 0
        var standing = 0
        var sessionsFailed = 0
        var streamsOpen = 0
        var streamsDone = 0
        var streamsFailed = 0
        var bytesChecked = 0
        var failures: [String: Int] = [:]
        var examples: [String: String] = [:]
        var samples: [Measure: Samples] = [:]

        var isClean: Bool { failures.isEmpty }
    }

    private struct State {
        var figures = Figures()
        var window: [Measure: Samples] = [:]
    }

    private let state = Mutex(State())

    var figures: Figures { state.withLock { $0.figures } }

    func takeWindow() -> [Measure: Samples] {
        state.withLock { state in
            let window = state.window
            state.window.removeAll()
            return window
        }
    }

    func note(_ measure: Measure, _ duration: Duration) {
        let milliseconds = duration / .milliseconds(1)
        state.withLock { state in
            state.figures.samples[measure, default: Samples()].note(milliseconds)
            state.window[measure, default: Samples()].note(milliseconds)
        }
    }

    func change(_ body: (inout Figures) -> Void) { state.withLock { body(&$0.figures) } }

    func fail(_ code: String, _ example: String) {
        state.withLock { state in
            state.figures.failures[code, default: 0] += 1
            if state.figures.examples[code] == nil { state.figures.examples[code] = example }
        }
    }
}
