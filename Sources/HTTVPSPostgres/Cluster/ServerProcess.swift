import Foundation
import Glibc
import Synchronization

final class ServerProcess: Sendable {
    private static let guardScript = """
        exec 3<&0
        ( ( read -r word; [ -n "$word" ] && exit; kill -$SIGNAL $$; [ -z "$DISCARD" ] && exit
        while kill -0 $$; do sleep 0.1; done; rm -rf "$DISCARD" ) <&3 >/dev/null 2>&1 & )
        exec "$@" 3<&- </dev/null
        """

    private let ending: ProcessEnding
    private let leash: Mutex<Int32>
    let pid: Int32

    init(command: [String], log: String, discarding folder: String?) throws {
        let process = Process()
        let pipe = Pipe()
        let ending = ProcessEnding()
        process.executableURL = URL(fileURLWithPath: "/bin/sh")
        process.arguments = ["-c", Self.guardScript, "httvps-postgres"] + command
        process.currentDirectoryURL = URL(fileURLWithPath: "/")
        process.environment = [
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "SIGNAL": folder == nil ? "INT" : "QUIT",
            "DISCARD": folder ?? "",
        ]
        process.standardInput = pipe
        let output = try FileHandle(forWritingTo: URL(fileURLWithPath: log))
        try output.seekToEnd()
        process.standardOutput = output
        process.standardError = output
        process.terminationHandler = { ending.end($0.terminationStatus) }
        try process.run()
        pid = process.processIdentifier
        self.ending = ending
        leash = Mutex(fcntl(pipe.fileHandleForWriting.fileDescriptor, F_DUPFD_CLOEXEC, 3))
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
