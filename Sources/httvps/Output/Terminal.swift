import Foundation

enum Terminal {
    static func say(_ text: String) throws(ExitStatus.Failure) { try answer("httvps: \(Printable.sentence(text))\n") }

    static func print(_ text: String) throws(ExitStatus.Failure) { try answer(Printable.lines(text) + "\n") }

    static func print(json: String) throws(ExitStatus.Failure) { try answer(Printable.json(json) + "\n") }

    static func print(help text: String) throws(ExitStatus.Failure) { try answer(text + "\n") }

    static func note(_ text: String) { try? TerminalStream.output.write("httvps: \(Printable.sentence(text))\n") }

    static func complain(_ text: String) { try? TerminalStream.errors.write("httvps: \(Printable.sentence(text))\n") }

    private static func answer(_ text: String) throws(ExitStatus.Failure) {
        do {
            try TerminalStream.output.write(text)
        } catch {
            if error.code == EPIPE { endAsReadersLeft() }
            throw ExitStatus.Failure(status: .output, message: "the output cannot be written: \(error)")
        }
    }

    private static func endAsReadersLeft() {
        var signals = sigset_t()
        sigemptyset(&signals)
        sigaddset(&signals, SIGPIPE)
        signal(SIGPIPE, SIG_DFL)
        pthread_sigmask(SIG_UNBLOCK, &signals, nil)
        raise(SIGPIPE)
    }

    static var hasKeyboard: Bool { isatty(STDIN_FILENO) == 1 }

    static func line(asking question: String) async throws -> String? {
        if hasKeyboard { write(question, to: .standardError) }
        return try await TypedLine.next()
    }

    static func secret(asking question: String) async throws -> String? {
        guard hasKeyboard else { return try await line(asking: question) }
        return try await HiddenTyping.during { try await line(asking: question) }
    }

    private static func write(_ text: String, to handle: FileHandle) { try? handle.write(contentsOf: Data(text.utf8)) }
}
