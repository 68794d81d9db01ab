package import Foundation

package enum PrivateFile {
    private static let others: mode_t = 0o077

    package static func read(_ path: String) throws(ClientError) -> Data? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return nil }
            throw failure("read", path)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw failure("read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw ClientError(.configuration, "\(path) is not a file")
        }
        guard status.st_uid == geteuid() else {
            throw ClientError(.configuration, "\(path) belongs to another user; it is not trusted")
        }
        guard status.st_mode & others == 0 else {
            let mode = String(status.st_mode & 0o777, radix: 8)
            throw ClientError(
                .configuration, "\(path) can be used by others (mode \(mode)); close it: chmod 600 \(path)")
        }
        do {
            return try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
        } catch {
            throw failure("read", path)
        }
    }

    static func followed(_ path: String) -> String {
        var status = stat()
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK, let target = realpath(path, nil) else {
            return path
        }
        defer { free(target) }
        return String(cString: target)
    }

    package static func replace(_ path: String, with data: Data) throws(ClientError) {
        try makeFolder(of: path)
        let temporary = "\(path).\(getpid()).\(UInt32.random(in: 0...UInt32.max))"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else { throw failure("written", path) }
        do {
            defer { close(descriptor) }
            try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).write(contentsOf: data)
            guard fchmod(descriptor, 0o600) == 0, fsync(descriptor) == 0, rename(temporary, path) == 0 else {
                throw failure("written", path)
            }
        } catch {
            let shown = (error as? ClientError) ?? failure("written", path)
            unlink(temporary)
            throw shown
        }
        sync(folder(of: path))
    }

    package static func remove(_ path: String) throws(ClientError) -> Bool {
        guard unlink(path) == 0 else {
            if errno == ENOENT { return false }
            throw failure("removed", path)
        }
        sync(folder(of: path))
        return true
    }

    static func makeFolder(of path: String) throws(ClientError) {
        let folder = folder(of: path)
        guard !FileManager.default.fileExists(atPath: folder) else { return }
        do {
            try FileManager.default.createDirectory(
                atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
        } catch {
            throw failure("written", path)
        }
    }

    static func failure(_ done: String, _ path: String) -> ClientError {
        ClientError(.configuration, "\(path) cannot be \(done): \(String(cString: strerror(errno)))")
    }

    private static func folder(of path: String) -> String {
        let folder = (path as NSString).deletingLastPathComponent
        return folder.isEmpty ? "." : folder
    }

    private static func sync(_ folder: String) {
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }
}
