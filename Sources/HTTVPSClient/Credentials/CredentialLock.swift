import Foundation
import Synchronization

final class CredentialLock: Sendable {
    private let descriptor: Mutex<Int32?>

    init?(path: String) throws(ClientError) {
        try PrivateFile.makeFolder(of: path)
        let opened = open(path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard opened >= 0 else { throw PrivateFile.failure("locked", path) }
        guard flock(opened, LOCK_EX | LOCK_NB) == 0 else {
            close(opened)
            return nil
        }
        descriptor = Mutex(opened)
    }

    func release() {
        descriptor.withLock { held in
            if let held { close(held) }
            held = nil
        }
    }

    deinit { release() }
}
