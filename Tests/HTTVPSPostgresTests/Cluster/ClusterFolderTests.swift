import Foundation
import Testing

@testable import HTTVPSPostgres

@Suite("Where a private cluster lives")
struct ClusterFolderTests {
    private let user = ServerUser(uid: 0, gid: 0, isDropped: false)

    @Test("the socket lies inside the folder, or in a short one when the path is too long for a socket")
    func socketFolder() {
        #expect(ClusterFolder(requested: "/tmp/a", user: user).socketFolder == "/tmp/a/socket")
        let long = ClusterFolder(requested: "/tmp/" + String(repeating: "x", count: 100), user: user)
        #expect(long.socketFolder.hasPrefix("/tmp/httvps-pg-"))
        #expect(long.path.hasSuffix("xxx"))
    }

    @Test("a postmaster.pid whose process is gone or another does not count as running")
    func stalePidFile() throws {
        let path = "/tmp/httvps-test-\(UUID().uuidString.prefix(8))"
        defer { try? FileManager.default.removeItem(atPath: path) }
        let folder = ClusterFolder(requested: path, user: user)
        try FileManager.default.createDirectory(atPath: folder.data, withIntermediateDirectories: true)
        for pid in ["1", "4194304", "\(ProcessInfo.processInfo.processIdentifier)", "x", ""] {
            try Data("\(pid)\n\(folder.data)\n".utf8).write(to: URL(fileURLWithPath: folder.processFile))
            #expect(folder.runningProcess == nil)
        }
    }
}
