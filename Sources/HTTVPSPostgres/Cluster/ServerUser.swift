import Foundation
import Glibc

struct ServerUser: Sendable, Equatable {
    static let name = "postgres"

    var uid: UInt32
    var gid: UInt32
    var isDropped: Bool

    static func current() throws(PostgresClusterError) -> ServerUser {
        guard geteuid() == 0 else { return ServerUser(uid: geteuid(), gid: getegid(), isDropped: false) }
        var entry = passwd()
        var found: UnsafeMutablePointer<passwd>?
        var buffer = [CChar](repeating: 0, count: 4096)
        guard getpwnam_r(name, &entry, &buffer, buffer.count, &found) == 0, found != nil else {
            throw PostgresClusterError(
                .noServerUser,
                "PostgreSQL does not run as root, and there is no user \(name): install it with "
                    + "`apt-get install postgresql`, or run this as an ordinary user")
        }
        return ServerUser(uid: entry.pw_uid, gid: entry.pw_gid, isDropped: true)
    }

    func command(_ arguments: [String]) -> [String] {
        guard isDropped else { return arguments }
        return ["/usr/bin/setpriv", "--reuid=\(uid)", "--regid=\(gid)", "--clear-groups", "--"] + arguments
    }

    func createFolder(_ path: String) throws(PostgresClusterError) {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        } catch {
            throw PostgresClusterError(.folderUnusable, "the folder \(path) cannot be created", cause: error)
        }
        guard !isDropped || chown(path, uid, gid) == 0, chmod(path, 0o700) == 0 else {
            throw PostgresClusterError(.folderUnusable, "the folder \(path) cannot be given to the user \(Self.name)")
        }
    }

    func own(_ path: String) {
        chmod(path, 0o600)
        if isDropped { _ = chown(path, uid, gid) }
    }

    func canReach(_ path: String) -> Bool {
        guard isDropped else { return true }
        var folder = path
        while folder != "/", !folder.isEmpty {
            var details = stat()
            let isThere = stat(folder, &details) == 0
            if isThere, !mayEnter(details) { return false }
            folder = (folder as NSString).deletingLastPathComponent
        }
        return true
    }

    private func mayEnter(_ details: stat) -> Bool {
        if details.st_uid == uid { return details.st_mode & S_IXUSR != 0 }
        if details.st_gid == gid { return details.st_mode & S_IXGRP != 0 }
        return details.st_mode & S_IXOTH != 0
    }
}
