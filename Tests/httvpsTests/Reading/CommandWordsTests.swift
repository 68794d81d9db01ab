import HTTVPSClient
import Testing

@testable import httvps

@Suite("The words of a command")
struct CommandWordsTests {
    private func complaint(_ words: String) -> String? {
        CommandWords(words.split(separator: " ").map { RawText(String($0)) }).complaint
    }

    @Test(
        "that name nothing are told, with what there is",
        arguments: [
            ("conect", "there is no command conect; known: enroll, connect, run"),
            ("admin usrs list", "there is no resource usrs; known: login, logout, profiles, users"),
            ("admin users lst", "there is no verb lst; known: list, show, create, update, delete"),
            ("admin users remove usr_x --yes", "there is no verb remove; known: list, show"),
            ("admin sessions end x", "there is no verb end; known: list, show, revoke"),
        ])
    func unknown(words: String, expected: String) {
        #expect(complaint(words)?.hasPrefix(expected) == true, "\(complaint(words) ?? "none")")
    }

    @Test(
        "that name something are left to it",
        arguments: [
            "", "--help", "help admin", "enroll code", "run -- lst", "admin", "admin users",
            "admin users status=active",
            "admin users --all", "admin users list lst", "admin usage --by node", "admin explain dev_x",
            "admin sessions revoke ses_x", "---completion admin users list -- positional@0 1 0",
        ])
    func known(words: String) { #expect(complaint(words) == nil) }

    @Test("are UTF-8 text, except those of another command")
    func text() {
        let other = RawText(bytes: [0x6E, 0x3D, 0xFF])
        #expect(
            CommandWords(["admin", "users", "create", other]).complaint == "word 4 behind httvps is not UTF-8 text")
        #expect(CommandWords(["admin", "users", "create", "--", other]).complaint != nil)
        #expect(CommandWords(["run", "--region", other, "--", "echo"]).complaint != nil)
        #expect(CommandWords(["run", "--", "echo", other]).complaint == nil)
    }
}
