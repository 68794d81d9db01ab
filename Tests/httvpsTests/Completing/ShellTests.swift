import Foundation
import HTTVPSTestSupport
import Testing

@testable import httvps

@Suite("Completion in a shell")
struct ShellTests {
    @Test(
        "takes words with = whole, and puts a space behind whole words only",
        arguments: [
            ("admin administrators create role=ad\tQ", "<create><role=admin><Q>"),
            ("admin users create name=Ann em\tQ", "<create><name=Ann><email=Q>"),
            ("admin sessions list status=\tQ", "<list><status=Q>"), ("admin us\tQ", "<admin><us"),
            ("admin outline-nodes up\tQ", "<update><Q>"), ("status --profile wo\tQ", "<--profile><work><Q>"),
            ("admin usage --by ga\tQ", "<--by><gateway><Q>"),
            ("admin users list created_at\\[g\tQ", "<created_at[gte]=Q>"),
        ])
    func words(keys: String, expected: String) async throws {
        for shell in Self.shells { try await Self.expect(keys, in: shell, gives: expected) }
    }

    @Test(
        "completes what stands behind --option=",
        arguments: [
            ("status --profile=wo\tQ", "<--profile=work><Q>"), ("admin usage --by=ga\tQ", "<--by=gateway><Q>"),
            ("admin usage --interval=d\tQ", "<--interval=day><Q>"), ("completion --pro\tQ", "<completion><--pro"),
            ("status --config=other --profile=fa\tQ", "<--profile=far><Q>"),
        ])
    func options(keys: String, expected: String) async throws {
        for shell in Self.shells { try await Self.expect(keys, in: shell, gives: expected) }
    }

    @Test(
        "completes files behind name=@",
        arguments: [
            ("admin users create name=@scr\tQ", "<name=@script><Q>"),
            ("admin users create email=x name=@htt\two\tQ", "<name=@httvps/work.json><Q>"),
            ("admin users create name=@two\tQ", "<name=@two words><Q>"),
        ])
    func files(keys: String, expected: String) async throws {
        for shell in Self.shells { try await Self.expect(keys, in: shell, gives: expected) }
    }

    private static var shells: [Completion.Shell] {
        FileManager.default.isExecutableFile(atPath: "/usr/bin/zsh") ? [.bash, .zsh] : [.bash]
    }

    private static func expect(_ keys: String, in shell: Completion.Shell, gives expected: String) async throws {
        let home = try Program.scratch()
        defer { try? FileManager.default.removeItem(at: home) }
        let script = home.appendingPathComponent("script").path
        try CompletionScript(shell).text.write(toFile: script, atomically: true, encoding: .utf8)
        for (folder, file) in [("httvps", "work.json"), ("other", "far.json"), ("", "two words")] {
            let folder = home.appendingPathComponent(folder)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            try Data().write(to: folder.appendingPathComponent(file))
        }
        let terminal = try PseudoTerminal(
            executable: shell == .bash ? "/bin/bash" : "/usr/bin/zsh",
            arguments: shell == .bash ? ["--noprofile", "--norc", "-i"] : ["-f", "-i"],
            environment: Program.environment(home: home))
        let preparation = shell == .bash ? "" : "bindkey -e; autoload -U compinit; compinit -u -D; "
        terminal.type("cd; \(preparation). '\(script)'; echo rea''dy\r")
        try await terminal.waitUntilShown("ready")
        terminal.type("httvps \(keys)\u{1}printf '<%s>' \r")
        try await terminal.waitUntilShown("<httvps><")
        try await terminal.waitUntilShown(expected, within: .seconds(20))
    }
}
