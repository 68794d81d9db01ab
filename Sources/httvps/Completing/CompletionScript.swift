import ArgumentParser

struct CompletionScript {
    struct Change {
        var found: String
        var replacement: String
    }

    let text: String

    init(_ shell: Completion.Shell) {
        text = Self.changes(for: shell).reduce(Self.generated(for: shell)) { text, change in
            text.replacing(change.found, with: change.replacement)
        }
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
            ]
        case .fish: []
        }
    }

    private static let wholeWordsInBash = #"""
        _httvps_line() {
            local line="${COMP_LINE:0:${COMP_POINT}}"
            local -a given
            IFS=$' \t\n' read -ra given <<<"${line}"
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
            _httvps "${1}" "${COMP_WORDS[COMP_CWORD]}" "${COMP_WORDS[COMP_CWORD - 1]}"
            COMPREPLY=("${COMPREPLY[@]/#/${offset}}")
            if [[ "${word}" = *=* && "${COMP_WORDBREAKS}" = *=* ]]; then
                COMPREPLY=("${COMPREPLY[@]#"${word%"${word##*=}"}"}")
            fi
            if [[ "${#COMPREPLY[@]}" -eq 1 && "${COMPREPLY[0]}" = *= ]]; then compopt -o nospace +o filenames; fi
        }

        complete -o filenames -F _httvps_line httvps
        """#
}
