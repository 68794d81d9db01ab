import ArgumentParser

struct Completion: ParsableCommand {
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
            bash:  httvps completion bash > ~/.local/share/bash-completion/completions/httvps
            zsh:   httvps completion zsh > "${fpath[1]}/_httvps"
            fish:  httvps completion fish > ~/.config/fish/completions/httvps.fish
            """)

    @Argument(help: "bash, zsh or fish.")
    var shell: Shell

    func run() { Terminal.print(HTTVPS.completionScript(for: shell.kind)) }
}
