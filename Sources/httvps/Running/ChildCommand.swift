import Foundation
import HTTVPSClient
import Synchronization

final class ChildCommand: Sendable {
    private struct State {
        var process: pid_t?
        var early: Int32?
    }

    private static let ending: Set<Int32> = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]

    private let words: [RawText]
    private let environment: [RawText]
    private let ignoredSignals: Set<Int32>
    private let inheritedFiles: Set<Int32>
    private let state = Mutex(State())

    init(
        words: [RawText], environment: [RawText], ignoredSignals: Set<Int32> = [], inheritedFiles: Set<Int32> = []
    ) {
        self.words = words
        self.environment = environment
        self.ignoredSignals = ignoredSignals
        self.inheritedFiles = inheritedFiles
    }

    var earlySignal: Int32? { state.withLock { $0.early } }

    func take(_ signal: Int32) {
        state.withLock { state in
            if let process = state.process {
                if !ForwardedSignals.comesFromTerminal(signal) { kill(process, signal) }
            } else if Self.ending.contains(signal) {
                state.early = signal
            }
        }
    }

    func run() async throws(ExitStatus.Failure) -> Int32 {
        let process = try state.withLock { state throws(ExitStatus.Failure) in
            let process = try Spawn.start(
                words, environment: environment,
                defaultSignals: ForwardedSignals.numbers.filter { !ignoredSignals.contains($0) } + [SIGPIPE],
                inheritedFiles: inheritedFiles)
            state.process = process
            return process
        }
        return await withCheckedContinuation { continuation in
            Thread.detachNewThread {
                var information = siginfo_t()
                while waitid(P_PID, id_t(process), &information, WEXITED | WNOWAIT) != 0, errno == EINTR {}
                continuation.resume(returning: self.reap(process))
            }
        }
    }

    private func reap(_ process: pid_t) -> Int32 {
        state.withLock { state in
            state.process = nil
            var status: Int32 = 0
            guard waitpid(process, &status, 0) == process else { return ExitStatus.temporary.rawValue }
            return ExitStatus.code(ofWaitStatus: status)
        }
    }
}
