import Foundation
import Synchronization

final class ProgressLine: Sendable {
    private static let plainInterval = Duration.seconds(5)
    private static let liveInterval = Duration.milliseconds(200)

    private let isLive: Bool
    private let last = Mutex<ContinuousClock.Instant?>(nil)

    init() {
        isLive = isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    func show(_ text: String) {
        let isDue = last.withLock { last in
            if let last, .now - last < (isLive ? Self.liveInterval : Self.plainInterval) { return false }
            last = .now
            return true
        }
        guard isDue else { return }
        write(isLive ? "\r\u{1B}[K\(text.prefix(width - 1))" : "  \(text)\n")
    }

    func say(_ text: String) {
        last.withLock { $0 = nil }
        write(isLive ? "\r\u{1B}[K\(text)\n" : "\(text)\n")
    }

    private var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 1 else { return 80 }
        return Int(size.ws_col)
    }

    private func write(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }
}
