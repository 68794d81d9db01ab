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

    private static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }
}
