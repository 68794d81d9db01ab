import ArgumentParser
import Foundation
import HTTVPSTestSupport
import Testing

@testable import httvps

@Suite("Completion scripts")
struct CompletionTests {
    @Test("for bash can be sourced and complete the program's words")
    func bash() async throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("completion-\(UUID()).bash")
        try CompletionScript(.bash).text.write(to: file, atomically: true, encoding: .utf8)
        defer { try? FileManager.default.removeItem(at: file) }
        let shell = try ChildProcess(
            executable: "/bin/bash",
            arguments: [
                "--norc", "-c",
                """
                set -e
                bash -n "$0"
                . "$0"
                complete -p httvps
                COMP_WORDS=(httvps en) COMP_CWORD=1 COMP_LINE='httvps en' COMP_POINT=9
                _httvps_line httvps en httvps
                echo "${COMPREPLY[@]}"
                """, file.path,
            ])
        #expect(try await shell.waitUntilExit() == 0, "\(shell.output)")
        #expect(shell.output.contains("complete") && shell.output.contains("enroll"))
    }

    @Test("name every command in every shell", arguments: Completion.Shell.allCases)
    func commands(shell: Completion.Shell) {
        let script = CompletionScript(shell).text
        for command in [
            "enroll", "connect", "run", "status", "logout", "probe", "completion", "profile", "carrier", "admin",
        ] {
            #expect(script.contains(command), "\(command)")
        }
        #expect(!script.contains("${XDG_CONFIG_HOME"))
    }

    @Test("find every piece that they change in what ArgumentParser makes", arguments: Completion.Shell.allCases)
    func changes(shell: Completion.Shell) {
        let generated = CompletionScript.generated(for: shell)
        for change in CompletionScript.changes(for: shell) {
            #expect(generated.ranges(of: change.found).count == 1, "\(change.found)")
            #expect(CompletionScript(shell).text.contains(change.replacement))
        }
    }

    @Test("take what stands behind --option= in zsh, and nothing behind flags")
    func signs() {
        let script = CompletionScript(.zsh).text
        for option in ["--by=[", "--interval=[", "--profile=[", "*--gateway=[", "--from=[", "--if-match=["] {
            #expect(script.contains("'\(option)"), "\(option)")
        }
        for flag in ["--json=", "--version=", "--help=", "--all="] { #expect(!script.contains(flag), "\(flag)") }
        #expect(script.firstMatch(of: /'\*?--[a-z-]+\[[^\n]*\]:[a-z]/) == nil)
    }

    @Test("offer the profiles that are kept, in the folder that --config names where it does")
    func profiles() throws {
        let base = FileManager.default.temporaryDirectory.appendingPathComponent("completion-\(UUID())")
        let folder = base.appendingPathComponent("httvps")
        defer { try? FileManager.default.removeItem(at: base) }
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        for name in ["work.json", "credentials.json", "work.json.lock"] {
            try Data().write(to: folder.appendingPathComponent(name))
        }
        let inner = folder.appendingPathComponent("dd.json")
        try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: false)
        let names = ["credentials", "work"]
        #expect(ProfileOptions.names(beside: ["run", "--profile"], ["XDG_CONFIG_HOME": base.path]) == names)
        #expect(ProfileOptions.names(beside: ["run", "--config", folder.path, "--profile"], [:]) == names)
        #expect(ProfileOptions.names(beside: ["run", "--config=\(folder.path)", "--profile"], [:]) == names)
        #expect(ProfileOptions.names(beside: ["run", "--config"], ["HOME": "/nowhere"]).isEmpty)
    }
}
