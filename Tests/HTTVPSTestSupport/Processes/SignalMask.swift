import Glibc

package enum SignalMask {
    package static func withNothingBlocked<Result>(_ body: () throws -> Result) rethrows -> Result {
        var nothing = sigset_t()
        var before = sigset_t()
        sigemptyset(&nothing)
        pthread_sigmask(SIG_SETMASK, &nothing, &before)
        defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
        return try body()
    }
}
