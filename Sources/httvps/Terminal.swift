import Foundation
import NIOPosix

enum Terminal {
    static func say(_ text: String) { write("httvps: \(text)\n", to: .standardOutput) }

    static func print(_ text: String) throws(ExitStatus.Failure) {
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
        } catch {
            let reason = String(cString: strerror(errno))
            throw ExitStatus.Failure(status: .output, message: "the output cannot be written: \(reason)")
        }
    }

    static func complain(_ text: String) { write("httvps: \(text)\n", to: .standardError) }

    static func replaceLine(_ text: String) { write("\r\u{1B}[K\(text)", to: .standardOutput) }

    static var showsLines: Bool { isatty(STDOUT_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    static var hasKeyboard: Bool { isatty(STDIN_FILENO) == 1 }

    static var width: Int {
        var size = winsize()
        guard ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    static func line(asking question: String) async -> String? {
        if hasKeyboard { write(question, to: .standardError) }
        return try? await NIOThreadPool.singleton.runIfActive { readLine() }
    }

    static func secret(asking question: String) async -> String? {
        guard hasKeyboard else { return await line(asking: question) }
        var shown = termios()
        guard tcgetattr(STDIN_FILENO, &shown) == 0 else { return nil }
        var hidden = shown
        hidden.c_lflag &= ~tcflag_t(ECHO | ISIG)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden)
        let line = await line(asking: question)
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown)
        write("\n", to: .standardError)
        return line.flatMap { $0.unicodeScalars.contains("\u{3}") ? nil : $0 }
    }

    static var showsProgress: Bool {
        isatty(STDERR_FILENO) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb"
    }

    static func replaceProgress(_ text: String) { write("\r\u{1B}[K\(text)", to: .standardError) }

    private static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }
}
