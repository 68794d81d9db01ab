import Foundation
import Synchronization

enum HiddenTyping {
    private struct Settings {
        var shown: termios
        var hidden: termios
    }

    private static let ending = [SIGHUP, SIGINT, SIGQUIT, SIGTERM]
    private static let place = UInt(
        bitPattern: UnsafeMutableRawPointer.allocate(
            byteCount: MemoryLayout<Settings>.size, alignment: MemoryLayout<Settings>.alignment))
    private static let isHidden = Atomic(false)

    static func during<Value>(_ body: () async throws -> Value) async throws -> Value {
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else {
            throw ExitStatus.Failure(status: .usage, message: "the keyboard cannot be read")
        }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO)
        hidden.c_lflag |= tcflag_t(ISIG)
        settings?.initialize(to: Settings(shown: shown, hidden: hidden))
        let changed = (ending + [SIGTSTP, SIGCONT]).filter { !ForwardedSignals.isIgnored($0) }
        isHidden.store(true, ordering: .sequentiallyConsistent)
        for number in changed { listen(to: number) }
        apply(hidden: true)
        defer {
            isHidden.store(false, ordering: .sequentiallyConsistent)
            apply(hidden: false)
            newLine()
            for number in changed { signal(number, SIG_DFL) }
        }
        return try await body()
    }

    private static var settings: UnsafeMutablePointer<Settings>? { UnsafeMutablePointer(bitPattern: place) }

    private static func listen(to number: Int32) {
        switch number {
        case SIGCONT: signal(number) { _ in HiddenTyping.hideAgain() }
        case SIGTSTP: signal(number) { _ in HiddenTyping.pause() }
        default: signal(number) { HiddenTyping.end(by: $0) }
        }
    }

    private static func end(by number: Int32) {
        apply(hidden: false)
        newLine()
        signal(number, SIG_DFL)
        raise(number)
    }

    private static func pause() {
        apply(hidden: false)
        newLine()
        signal(SIGTSTP, SIG_DFL)
        raise(SIGTSTP)
        mask(SIGTSTP, SIG_UNBLOCK)
        listen(to: SIGTSTP)
        hideAgain()
    }

    private static func hideAgain() {
        if isHidden.load(ordering: .sequentiallyConsistent) { apply(hidden: true) }
    }

    private static func apply(hidden: Bool) {
        let group = tcgetpgrp(STDIN_FILENO)
        guard let settings, group < 0 || group == getpgrp() else { return }
        var chosen = hidden ? settings.pointee.hidden : settings.pointee.shown
        mask(SIGTTOU, SIG_BLOCK)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &chosen)
        mask(SIGTTOU, SIG_UNBLOCK)
    }

    private static func mask(_ number: Int32, _ change: Int32) {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, number)
        pthread_sigmask(change, &set, nil)
    }

    private static func newLine() { _ = write(STDERR_FILENO, "\n", 1) }
}
