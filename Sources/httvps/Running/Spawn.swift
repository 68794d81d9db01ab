import Foundation

enum Spawn {
    static func start(
        _ words: [RawText], environment: [RawText], defaultSignals: [Int32], inheritedFiles: Set<Int32>
    ) throws(ExitStatus.Failure) -> pid_t {
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
            var files: posix_spawn_file_actions_t?
        #else
            var attributes = posix_spawnattr_t()
            var files = posix_spawn_file_actions_t()
        #endif
        posix_spawnattr_init(&attributes)
        posix_spawn_file_actions_init(&files)
        defer {
            posix_spawnattr_destroy(&attributes)
            posix_spawn_file_actions_destroy(&files)
        }
        var defaults = sigset_t()
        var unblocked = sigset_t()
        sigemptyset(&defaults)
        sigemptyset(&unblocked)
        for signal in defaultSignals { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &unblocked)
        #if canImport(Darwin)
            for number in inheritedFiles.union(0..<OpenFiles.firstBeyondStandard) {
                posix_spawn_file_actions_addinherit_np(&files, number)
            }
            let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_CLOEXEC_DEFAULT
        #else
            for number in OpenFiles.places() where !inheritedFiles.contains(number) {
                posix_spawn_file_actions_addclose(&files, number)
            }
            let flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
        #endif
        posix_spawnattr_setflags(&attributes, Int16(flags))
        var process: pid_t = 0
        let result = withPointers(words) { arguments in
            guard let name = arguments[0] else { return ENOENT }
            return withPointers(environment) { variables in
                posix_spawnp(&process, name, &files, &attributes, arguments, variables)
            }
        }
        guard result == 0 else { throw failure(words[0].text, result) }
        return process
    }

    private static func failure(_ name: String, _ code: Int32) -> ExitStatus.Failure {
        let status: ExitStatus =
            switch code {
            case ENOENT, ENOTDIR: .notFound
            case EAGAIN, ENOMEM: .temporary
            default: .notExecutable
            }
        return ExitStatus.Failure(status: status, message: "\(name): \(String(cString: strerror(code)))")
    }

    private static func withPointers<Result>(
        _ texts: [RawText], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { text in
            let copy = UnsafeMutablePointer<CChar>.allocate(capacity: text.bytes.count + 1)
            for (index, byte) in text.bytes.enumerated() { copy[index] = CChar(bitPattern: byte) }
            copy[text.bytes.count] = 0
            return copy
        }
        defer { for pointer in pointers { pointer.deallocate() } }
        return body(pointers + [nil])
    }
}
