import Foundation

#if canImport(Glibc)
    import Glibc
#endif

struct JournalFile: ~Copyable {
    private let path: String
    private var descriptor: Int32
    private(set) var size: Int

    init(path: String) throws(JournalError) {
        self.path = path
        descriptor = open(path, O_RDWR | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        size = 0
        guard descriptor >= 0 else {
            throw JournalError(.directoryUnusable, "\(path) cannot be opened: \(Self.reason)")
        }
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    mutating func readAll() throws(JournalError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw JournalError(.readFailed, "\(path) cannot be read")
        }
        size = data.count
        return [UInt8](data)
    }

    mutating func truncate(to length: Int) throws(JournalError) {
        guard ftruncate(descriptor, off_t(length)) == 0 else {
            throw JournalError(.writeFailed, "\(path) cannot be cut: \(Self.reason)")
        }
        size = length
    }

    mutating func append(_ bytes: [UInt8]) throws(JournalError) {
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            if count <= 0 {
                let reason = Self.reason
                try? truncate(to: size)
                throw JournalError(.writeFailed, "\(path) cannot be written: \(reason)")
            }
            written += count
        }
        size += bytes.count
    }

    func synchronize() throws(JournalError) {
        guard fsync(descriptor) == 0 else {
            throw JournalError(.writeFailed, "\(path) cannot be brought to disk: \(Self.reason)")
        }
    }

    mutating func replace(with bytes: [UInt8]) throws(JournalError) {
        let fresh = path + ".new"
        unlink(fresh)
        var file = try JournalFile(path: fresh)
        try file.append(bytes)
        try file.synchronize()
        guard rename(fresh, path) == 0 else {
            throw JournalError(.writeFailed, "\(path) cannot be replaced: \(Self.reason)")
        }
        Self.synchronizeDirectory(of: path)
        swap(&descriptor, &file.descriptor)
        size = bytes.count
    }

    private static func synchronizeDirectory(of path: String) {
        let directory = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard directory >= 0 else { return }
        fsync(directory)
        close(directory)
    }

    private static var reason: String { String(cString: strerror(errno)) }
}
