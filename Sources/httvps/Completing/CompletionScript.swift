import ArgumentParser

struct CompletionScript {
    struct Change {
        var found: String
        var replacement: String
    }

    let text: String

    init(_ shell: Completion.Shell) {
        let changed = Self.changes(for: shell).reduce(Self.generated(for: shell)) { text, change in
            text.replacing(change.found, with: change.replacement)
        }
        text = shell == .zsh ? Self.takingValuesBehindSigns(changed) : changed
    }

    private static func takingValuesBehindSigns(_ script: String) -> String {
        script.replacing(/(?m)^( +'\*?--[a-z0-9-]+)(\[(?:\\.|[^\\\]\n])*\]:)/) { "\($0.1)=\($0.2)" }
    }

    static func generated(for shell: Completion.Shell) -> String { HTTVPS.completionScript(for: shell.kind) }

    static func changes(for shell: Completion.Shell) -> [Change] {
        switch shell {
        case .bash: [Change(found: "complete -o filenames -F _httvps httvps", replacement: wholeWordsInBash)]
        case .zsh:
            [
                Change(
                    found: #"local -ar non_empty_completions=("${@:#(|:*)}")"#,
                    replacement: """
                        local -ar member_completions=("${(M)@:#*=}")
                            local -ar non_empty_completions=("${@:#(|:*|*=)}")
                        """),
                Change(
                    found: "_describe -V '' non_empty_completions --",
                    replacement: "_describe -V '' member_completions -S '' -- non_empty_completions --"),
                Change(
                    found: #"local -ar command_line=("${words[@]}")"#,
                    replacement: #"local -ar command_line=("${(@Q)words}")"#),
                Change(
                    found: "local -a completions\n",
                    replacement: """
                        if compset -P '[a-z_]##=@'; then
                                _files
                                return
                            fi
                            local -a completions

                        """),
            ]
        case .fish: []
        }
    }

    private static let wholeWordsInBash = #"""
        _httvps_line() {
            local line="${COMP_LINE:0:${COMP_POINT}}"
            local -a given
            IFS=$' \t\n' read -a given <<<"${line}"
            [[ "${line}" = *[[:space:]] ]] && given+=('')
            local -r word="${given[${#given[@]} - 1]}"
            local -a COMP_WORDS=()
            local part
            for part in "${given[@]}"; do
                case "${part}" in
                --*=*) COMP_WORDS+=("${part%%=*}" "${part#*=}") ;;
                *) COMP_WORDS+=("${part}") ;;
                esac
            done
            local -i COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            local COMP_LINE="${COMP_WORDS[*]}"
            local -i COMP_POINT="${#COMP_LINE}"
            local offset=''
            [[ "${word}" = --*=* ]] && offset="${word%%=*}="
            if [[ "${given[1]}" = admin && "${word}" =~ ^[a-z_]+=@ ]]; then
                offset="${BASH_REMATCH[0]}"
                mapfile -t COMPREPLY < <(compgen -f -- "${word#"${offset}"}")
                local -i file
                for file in "${!COMPREPLY[@]}"; do
                    if [[ -d "${COMPREPLY[file]}" ]]; then COMPREPLY[file]+=/; fi
                done
            else
                _httvps "${1}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            fi
            COMPREPLY=("${COMPREPLY[@]/#/${offset}}")
            local -r breaks="${COMP_WORDBREAKS//[[:space:]]/}"
            local -i place="${#word}"
            while [[ "${place}" -gt 0 && "${breaks}" != *"${word:place - 1:1}"* ]]; do place+=-1; done
            if [[ "${place}" -gt 0 && "${word:place - 1:1}" = @ ]]; then place+=-1; fi
            COMPREPLY=("${COMPREPLY[@]#"${word:0:place}"}")
            if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" = *= ]]; then
                printf -v 'COMPREPLY[0]' %q "${COMPREPLY[0]}"
                compopt -o nospace +o filenames
            fi
            if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" = */ ]]; then compopt -o nospace; fi
        }

        complete -o filenames -F _httvps_line httvps
        """#
}
