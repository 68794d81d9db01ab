import Foundation

struct ClusterFolder: Sendable, Equatable {
    static let socketPathLimit = 107
    static let socketPort = 5432

    var path: String
    var socketFolder: String

    var data: String { path + "/data" }
    var log: String { path + "/postgres.log" }
    var password: String { path + "/password" }
    var processFile: String { data + "/postmaster.pid" }

    init(requested: String, user: ServerUser) {
        let absolute = URL(fileURLWithPath: requested).standardizedFileURL.path
        path = user.canReach(absolute) ? absolute : "/var/tmp/httvps-postgres-\(Self.mark(absolute))"
        let inside = path + "/socket"
        let file = "\(inside)/.s.PGSQL.\(Self.socketPort)"
        socketFolder = file.utf8.count <= Self.socketPathLimit ? inside : "/tmp/httvps-pg-\(Self.mark(path))"
    }

    var isInitialised: Bool { FileManager.default.fileExists(atPath: data + "/PG_VERSION") }

    var runningProcess: Int32? {
        guard let text = try? String(contentsOfFile: processFile, encoding: .utf8),
            let pid = text.split(whereSeparator: \.isNewline).first.flatMap({ Int32($0) }), pid > 1,
            let command = try? String(contentsOfFile: "/proc/\(pid)/cmdline", encoding: .utf8),
            command.contains("postgres"), command.contains(data)
        else { return nil }
        return pid
    }

    var logTail: String {
        let text = (try? String(contentsOfFile: log, encoding: .utf8)) ?? ""
        return text.split(whereSeparator: \.isNewline).suffix(4).joined(separator: "; ")
    }

    private static func mark(_ text: String) -> String {
        let hash = text.utf8.reduce(UInt64(14_695_981_039_346_656_037)) { ($0 ^ UInt64($1)) &* 1_099_511_628_211 }
        return String(hash, radix: 36)
    }
}
