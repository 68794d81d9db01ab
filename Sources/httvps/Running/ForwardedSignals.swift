import Foundation
import UnixSignals

enum ForwardedSignals {
    static let all: [UnixSignal] = [.sighup, .sigint, .sigquit, .sigterm, .sigusr1, .sigusr2, .sigwinch, .sigcont]
    private static let fromTerminal: Set<Int32> = [SIGINT, SIGQUIT, SIGWINCH]

    static var numbers: [Int32] { all.map(\.rawValue) }

    static func ignored() -> Set<Int32> { Set(numbers.filter(isIgnored)) }

    static func isIgnored(_ number: Int32) -> Bool {
        var action = sigaction()
        return sigaction(number, nil, &action) == 0 && isIgnoring(action)
    }

    static func comesFromTerminal(_ signal: Int32) -> Bool {
        guard fromTerminal.contains(signal) else { return false }
        let terminal = open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)
        guard terminal >= 0 else { return false }
        defer { close(terminal) }
        return tcgetpgrp(terminal) == getpgrp()
    }

    private static func isIgnoring(_ action: sigaction) -> Bool {
        #if canImport(Darwin)
            let handler = action.__sigaction_u.__sa_handler
        #else
            let handler = action.__sigaction_handler.sa_handler
        #endif
        return unsafeBitCast(handler, to: Int.self) == unsafeBitCast(SIG_IGN, to: Int.self)
    }
}
