import ArgumentParser

struct Completion: AsyncParsableCommand {
    enum Shell: String, CaseIterable, ExpressibleByArgument {
        case bash
        case zsh
        case fish

        var kind: CompletionShell {
            switch self {
            case .bash: .bash
            case .zsh: .zsh
            case .fish: .fish
            }
        }
    }

    static let configuration = CommandConfiguration(
        abstract: "Print the script that completes this program's words in a shell.",
        discussion: """
            Keep it where your shell looks:

              httvps completion bash > ~/.local/share/bash-completion/completions/httvps
              httvps completion zsh > "${fpath[1]}/_httvps"
              httvps completion fish > ~/.config/fish/completions/httvps.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() async throws {
        try await ExitStatus.reporting { try Terminal.print(CompletionScript(shell).text) }
    }
}
