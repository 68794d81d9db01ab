import Foundation

struct TerminalStream: Sendable {
    static let output = TerminalStream(descriptor: STDOUT_FILENO)
    static let errors = TerminalStream(descriptor: STDERR_FILENO)

    let descriptor: Int32

    var showsLines: Bool { isatty(descriptor) == 1 && ProcessInfo.processInfo.environment["TERM"] != "dumb" }

    var width: Int {
        var size = winsize()
        guard ioctl(descriptor, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0 else { return 80 }
        return Int(size.ws_col)
    }

    func replaceLine(_ text: String) {
        guard showsLines else { return }
        try? write("\r\u{1B}[K\(Printable.text(text))")
    }

    func write(_ text: String) throws(POSIXFault) {
        let bytes = Array(text.utf8)
        var sent = 0
        while sent < bytes.count {
            let count = bytes[sent...].withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress, $0.count) }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                waitForRoom()
            } else if errno != EINTR {
                throw POSIXFault(code: errno)
            }
        }
    }

    private func waitForRoom() {
        var watched = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
        poll(&watched, 1, -1)
    }
}

struct POSIXFault: Error, CustomStringConvertible {
    var code: Int32

    var description: String { String(cString: strerror(code)) }
}
