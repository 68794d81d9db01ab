import HTTVPSObservability

struct OpenFileNeed: Equatable, Sendable {
    static let besideSessions = 1_024

    let sessions: Int

    var files: Int { sessions + Self.besideSessions }

    func check(limit: Int) throws(LoadError) {
        guard limit < files else { return }
        let fewer =
            limit > Self.besideSessions ? ", or take fewer: HTTVPS_LOAD_SESSIONS=\(limit - Self.besideSessions)" : ""
        throw LoadError(
            .openFiles,
            """
            \(sessions) sessions need \(files) open files in each process, but the hard limit is \(limit) (`ulimit -Hn`). \
            Raise it (as root: `ulimit -Hn \(files)` before `make load`, or nofile in /etc/security/limits.conf)\
            \(fewer).
            """)
    }

    func raise() throws(LoadError) {
        OpenFileLimit.raise()
        try check(limit: OpenFileLimit.current)
    }
}
