import Foundation

enum Spawn {
    static func start(
        _ words: [String], environment: [String: String], defaultSignals: [Int32]
    ) throws(ExitStatus.Failure) -> pid_t {
        #if canImport(Darwin)
            var attributes: posix_spawnattr_t?
        #else
            var attributes = posix_spawnattr_t()
        #endif
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var defaults = sigset_t()
        var unblocked = sigset_t()
        sigemptyset(&defaults)
        sigemptyset(&unblocked)
        for signal in defaultSignals { sigaddset(&defaults, signal) }
        posix_spawnattr_setsigdefault(&attributes, &defaults)
        posix_spawnattr_setsigmask(&attributes, &unblocked)
        posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let result = withPointers(words) { arguments in
            withPointers(environment.map { "\($0.key)=\($0.value)" }) { variables in
                posix_spawnp(&process, words[0], nil, &attributes, arguments, variables)
            }
        }
        guard result == 0 else { throw failure(words[0], result) }
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
        _ texts: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
    ) -> Result {
        let pointers = texts.map { strdup($0) }
        defer { for pointer in pointers { free(pointer) } }
        return body(pointers + [nil])
    }
}
