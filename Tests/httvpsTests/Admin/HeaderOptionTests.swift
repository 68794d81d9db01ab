import ArgumentParser
import Testing

@testable import httvps

@Suite("Keys and ETags on the command line")
struct HeaderOptionTests {
    @Test(
        "are refused with characters that no header has",
        arguments: ["a\r\nX-Evil: 1", "a\n", "", "a\u{7F}", "W/\"a\r\n\""])
    func refused(text: String) {
        for words in [
            ["admin", "users", "update", "usr_1", "name=x", "--if-match", text],
            ["admin", "users", "delete", "usr_1", "--if-match", text],
            ["admin", "users", "create", "email=x", "--idempotency-key", text],
            ["admin", "devices", "tokens", "dev_1", "--idempotency-key", text],
        ] {
            do {
                _ = try HTTVPS.parseAsRoot(words)
                Issue.record("taken: \(words)")
            } catch { #expect(HTTVPS.exitCode(for: error).rawValue == 64) }
        }
    }

    @Test("are taken where they are visible ASCII; keys not beside --from, which makes its own")
    func taken() throws {
        _ = try HTTVPS.parseAsRoot(["admin", "users", "update", "usr_1", "name=x", "--if-match", "\"12\""])
        _ = try HTTVPS.parseAsRoot(["admin", "devices", "tokens", "dev_1", "--idempotency-key", "k-1"])
        #expect(throws: (any Error).self) {
            try HTTVPS.parseAsRoot(["admin", "users", "create", "--from", "f", "--idempotency-key", "k"])
        }
    }
}
