import Foundation

struct PostgresPrograms: Equatable, Sendable {
    var folder: String

    var initdb: String { folder + "/initdb" }
    var postgres: String { folder + "/postgres" }

    static func find() throws(PostgresClusterError) -> PostgresPrograms {
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let searched = packaged() + path.split(separator: ":").map(String.init)
        for folder in searched {
            let programs = PostgresPrograms(folder: folder)
            if programs.areExecutable { return programs }
        }
        throw PostgresClusterError(
            .notInstalled,
            "PostgreSQL is not installed: install it with `apt-get install postgresql`, "
                + "or name a running server in BACKEND_DB_DSN")
    }

    static func packaged() -> [String] {
        let root = "/usr/lib/postgresql"
        let versions = (try? FileManager.default.contentsOfDirectory(atPath: root)) ?? []
        return versions.compactMap { Int($0) }.sorted(by: >).map { "\(root)/\($0)/bin" }
    }

    private var areExecutable: Bool {
        FileManager.default.isExecutableFile(atPath: initdb) && FileManager.default.isExecutableFile(atPath: postgres)
    }
}
