import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

package final class LogOutput: Sendable {
    package static let standardError = LogOutput(descriptor: STDERR_FILENO)
    package static let standardOutput = LogOutput(descriptor: STDOUT_FILENO)

    private let descriptor: Int32
    private let lock = Mutex(())

    package init(descriptor: Int32) { self.descriptor = descriptor }

    func write(line: [UInt8]) {
        lock.withLock { _ in line.withUnsafeBytes { write(all: $0) } }
    }

    private func write(all bytes: UnsafeRawBufferPointer) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = writeOnce(UnsafeRawBufferPointer(rebasing: rest))
            if count > 0 {
                rest = rest.dropFirst(count)
            } else if count < 0, errno == EINTR {
                continue
            } else if count < 0, errno == EAGAIN {
                var ready = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
                guard poll(&ready, 1, 1_000) > 0 else { return }
            } else {
                return
            }
        }
    }

    private func writeOnce(_ bytes: UnsafeRawBufferPointer) -> Int {
        #if canImport(Glibc)
            Glibc.write(descriptor, bytes.baseAddress, bytes.count)
        #else
            Darwin.write(descriptor, bytes.baseAddress, bytes.count)
        #endif
    }
}
