import Foundation
import Glibc
import Synchronization

final class ServerProcess: Sendable {
    private static let guardScript = """
        cd /
        exec 3<&0 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-
        ( ( read -r word; [ -n "$word" ] && exit; kill -$SIGNAL $$; [ -z "$DISCARD" ] && exit
        turns=0
        while [ -e "$DISCARD/data/postmaster.pid" ] && [ $turns -lt 50 ]; do sleep 0.1; turns=$((turns + 1)); done
        rm -rf "$DISCARD" ) <&3 >/dev/null 2>&1 & )
        exec "$@" 3<&- </dev/null
        """

    private let ending = ProcessEnding()
    private let leash: Mutex<Int32>
    let pid: Int32

    init(command: [String], log: String, discarding folder: String?) throws(PostgresClusterError) {
        var ends: [Int32] = [-1, -1]
        guard socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0, &ends) == 0 else {
            throw PostgresClusterError(.startFailed, "no descriptor is left to start PostgreSQL with")
        }
        defer { close(ends[0]) }
        let environment = [
            "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C.UTF-8", "SIGNAL=\(folder == nil ? "INT" : "QUIT")",
            "DISCARD=\(folder ?? "")",
        ]
        let arguments = ["/bin/sh", "-c", Self.guardScript, "httvps-postgres"] + command
        let spawn = ProcessSpawn(arguments: arguments, environment: environment, input: ends[0], log: log)
        guard let pid = spawn.start() else {
            close(ends[1])
            throw PostgresClusterError(.startFailed, "the process \(command[0]) cannot be started")
        }
        self.pid = pid
        leash = Mutex(ends[1])
        let ending = ending
        Thread {
            var status: Int32 = 0
            while waitpid(pid, &status, 0) < 0, errno == EINTR {}
            ending.end(status)
        }.start()
    }

    deinit { leash.withLock { Self.drop(&$0) } }

    var hasEnded: Bool { ending.status != nil }

    func signal(_ number: Int32) {
        if !hasEnded { kill(pid, number) }
    }

    func ended() async -> Int32 {
        let status = await ending.wait()
        leash.withLock { descriptor in
            guard descriptor >= 0 else { return }
            _ = write(descriptor, "over\n", 5)
            Self.drop(&descriptor)
        }
        return status
    }

    private static func drop(_ descriptor: inout Int32) {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }
}
