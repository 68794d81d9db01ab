import Glibc
import NIOCore

final class SiteFile: Sendable {
    let size: Int
    let modified: Int
    private let descriptor: CInt

    init?(path: String) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        self.descriptor = descriptor
        var info = stat()
        guard fstat(descriptor, &info) == 0, info.st_mode & S_IFMT == S_IFREG else {
            size = 0
            modified = 0
            return nil
        }
        size = Int(info.st_size)
        modified = Int(info.st_mtim.tv_sec)
    }

    deinit { close(descriptor) }

    static func isFolder(_ path: String) -> Bool {
        var info = stat()
        return stat(path, &info) == 0 && info.st_mode & S_IFMT == S_IFDIR
    }

    func read(_ range: Range<Int>) -> ByteBuffer {
        var bytes = ByteBuffer()
        bytes.writeWithUnsafeMutableBytes(minimumWritableBytes: range.count) { memory in
            max(0, pread(descriptor, memory.baseAddress, range.count, off_t(range.lowerBound)))
        }
        return bytes
    }
}
