import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The question for a secret")
struct SecretPromptTests {
    private static let words = ["admin", "login", "--backend", "http://127.0.0.1:1"]

    private static func asking(
        _ executable: String = Program.path, _ arguments: [String] = words
    ) async throws -> PseudoTerminal {
        let home = FileManager.default.temporaryDirectory.appendingPathComponent("nowhere-\(UUID())")
        let terminal = try PseudoTerminal(
            executable: executable, arguments: arguments, environment: Program.environment(home: home))
        try await terminal.waitUntilShown("API token: ")
        try await terminal.waitUntil(showsTyping: false)
        return terminal
    }

    @Test(
        "ends at once by the keys that end a program, with typing shown again",
        arguments: [(3, SIGINT), (28, SIGQUIT)] as [(UInt8, Int32)])
    func keys(key: UInt8, signal: Int32) async throws {
        let terminal = try await Self.asking()
        terminal.type("half a secret")
        terminal.type([key])
        #expect(try await terminal.waitUntilEnd() & 0x7F == signal)
        #expect(terminal.showsTyping && !terminal.text.contains("secret"))
    }

    @Test("ends by the signals that end a program, with typing shown again", arguments: [SIGTERM, SIGHUP, SIGINT])
    func signals(signal: Int32) async throws {
        let terminal = try await Self.asking()
        kill(terminal.processID, signal)
        #expect(try await terminal.waitUntilEnd() & 0x7F == signal)
        #expect(terminal.showsTyping)
    }

    @Test("shows typing while it is stopped, hides it again, and then ends its shell with ^C")
    func stopped() async throws {
        let script = "set -m; \"$@\"; echo stopped-$?; read -r; fg"
        let terminal = try await Self.asking("/bin/bash", ["-c", script, "bash", Program.path] + Self.words)
        terminal.type("\u{1A}")
        try await terminal.waitUntilShown("stopped-148")
        try await terminal.waitUntil(showsTyping: true)
        terminal.type("go on\n")
        try await terminal.waitUntil(showsTyping: false)
        terminal.type("\u{3}")
        let status = try await terminal.waitUntilEnd()
        #expect(status & 0x7F == SIGINT || status >> 8 == 128 + SIGINT, "\(status)")
        #expect(terminal.showsTyping)
    }

    @Test(
        "is answered by text, not by nothing and not by other bytes",
        arguments: [([0x0A], "no API token"), ([0x20, 0x0A], "no API token"), ([0x68, 0xFF, 0x0A], "not UTF-8")]
            as [([UInt8], String)])
    func answers(keys: [UInt8], complaint: String) async throws {
        let terminal = try await Self.asking()
        terminal.type(keys)
        #expect(try await terminal.waitUntilEnd() >> 8 == 64, "\(terminal.text)")
        #expect(terminal.text.contains(complaint) && terminal.showsTyping, "\(terminal.text)")
    }
}
