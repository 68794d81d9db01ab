import Foundation

#if canImport(Glibc)
    import Glibc
#endif

struct StateDirectoryLock: ~Copyable {
    private let descriptor: Int32

    init(directory: String) throws(JournalError) { descriptor = try Self.locked(directory) }

    deinit {
        flock(descriptor, LOCK_UN)
        close(descriptor)
    }

    private static func locked(_ directory: String) throws(JournalError) -> Int32 {
        do {
            try FileManager.default.createDirectory(
                atPath: directory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw JournalError(.directoryUnusable, "GATEWAY_STATE_DIR \(directory) cannot be made", cause: error)
        }
        let descriptor = open(directory + "/lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            throw JournalError(.directoryUnusable, "GATEWAY_STATE_DIR \(directory) cannot be written to")
        }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            throw JournalError(.inUse, "GATEWAY_STATE_DIR \(directory) is in use by another gateway")
        }
        return descriptor
    }
}
