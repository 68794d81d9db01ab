import Foundation
import Synchronization

package final class PseudoTerminal: Sendable {
    package struct Failure: Error, CustomStringConvertible {
        package var description: String
    }

    private struct State {
        var shown: [UInt8] = []
        var status: Int32?
    }

    private static let lock: UInt = 0x4004_5431
    private static let number: UInt = 0x8004_5430
    private static let newSession: Int32 = 0x80

    package let processID: Int32
    private let keyboard: Int32
    private let state = Mutex(State())

    package init(executable: String, arguments: [String], environment: [String: String]) throws {
        keyboard = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK)
        var (locked, number): (Int32, Int32) = (0, 0)
        guard keyboard >= 0, ioctl(keyboard, Self.lock, &locked) == 0, ioctl(keyboard, Self.number, &number) == 0
        else { throw Failure(description: "no pseudo terminal: \(String(cString: strerror(errno)))") }
        var size = winsize(ws_row: 50, ws_col: 200, ws_xpixel: 0, ws_ypixel: 0)
        _ = ioctl(keyboard, UInt(TIOCSWINSZ), &size)
        processID = try Self.spawn([executable] + arguments, environment, terminal: "/dev/pts/\(number)")
    }

    deinit {
        if status == nil {
            kill(processID, SIGKILL)
            waitpid(processID, nil, 0)
        }
        close(keyboard)
    }

    package var text: String {
        state.withLock { state in
            var portion = [UInt8](repeating: 0, count: 4_096)
            while case let count = read(keyboard, &portion, portion.count), count > 0 {
                state.shown += portion[..<count]
            }
            return String(decoding: state.shown, as: UTF8.self)
        }
    }

    package var showsTyping: Bool {
        var settings = termios()
        return tcgetattr(keyboard, &settings) == 0 && settings.c_lflag & tcflag_t(ECHO) != 0
    }

    package func type(_ keys: String) { type(Array(keys.utf8)) }

    package func type(_ keys: [UInt8]) { _ = write(keyboard, keys, keys.count) }

    package func waitUntilShown(_ expected: String, within limit: Duration = .seconds(60)) async throws {
        guard try await Poll.until(within: limit, { self.text.contains(expected) }) else {
            throw Failure(description: "\"\(expected)\" was not shown within \(limit)\n\(text)")
        }
    }

    package func waitUntil(showsTyping expected: Bool, within limit: Duration = .seconds(60)) async throws {
        guard try await Poll.until(within: limit, { self.showsTyping == expected }) else {
            throw Failure(description: "typing was \(expected ? "hidden" : "shown") for \(limit)\n\(text)")
        }
    }

    package func waitUntilEnd(within limit: Duration = .seconds(60)) async throws -> Int32 {
        guard try await Poll.until(within: limit, { self.hasEnded }), let status
        else { throw Failure(description: "the program did not end within \(limit)\n\(text)") }
        return status
    }

    private var hasEnded: Bool {
        _ = text
        return status != nil
    }

    private var status: Int32? {
        state.withLock { state in
            var status: Int32 = 0
            if state.status == nil, waitpid(processID, &status, WNOHANG) == processID { state.status = status }
            return state.status
        }
    }

    private static func spawn(
        _ words: [String], _ environment: [String: String], terminal: String
    ) throws -> Int32 {
        var attributes = posix_spawnattr_t()
        var files = posix_spawn_file_actions_t()
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&files)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&files)
        }
        var (all, none) = (sigset_t(), sigset_t())
        sigfillset(&all)
        sigemptyset(&none)
        posix_spawnattr_setsigdefault(&attributes, &all)
        posix_spawnattr_setsigmask(&attributes, &none)
        let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | newSession
        posix_spawnattr_setflags(&attributes, Int16(flags))
        posix_spawn_file_actions_addopen(&files, 0, terminal, O_RDWR, 0)
        posix_spawn_file_actions_adddup2(&files, 0, 1)
        posix_spawn_file_actions_adddup2(&files, 0, 2)
        let arguments = words.map { strdup($0) }
        let variables = environment.map { strdup("\($0.key)=\($0.value)") }
        defer { for pointer in arguments + variables { free(pointer) } }
        var process: pid_t = 0
        let result = posix_spawn(&process, words[0], &files, &attributes, arguments + [nil], variables + [nil])
        guard result == 0 else { throw Failure(description: "\(words[0]): \(String(cString: strerror(result)))") }
        return process
    }
}
