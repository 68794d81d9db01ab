package import Foundation

package struct MigrationStatus: Sendable, Equatable {
    package enum State: Sendable, Equatable {
        case applied(at: Date)
        case pending
        case changed(at: Date)
        case missing(at: Date)
    }

    package var version: Int
    package var name: String
    package var state: State

    package var title: String { Migration.title(version: version, name: name) }

    static func list(files: [Migration], applied: [AppliedMigration]) -> [MigrationStatus] {
        let known = files.map { file in
            MigrationStatus(version: file.version, name: file.name, state: state(of: file, applied))
        }
        let unknown = applied.filter { record in !files.contains { $0.version == record.version } }
        let missing = unknown.map {
            MigrationStatus(version: $0.version, name: $0.name, state: .missing(at: $0.appliedAt))
        }
        return (known + missing).sorted { $0.version < $1.version }
    }

    private static func state(of file: Migration, _ applied: [AppliedMigration]) -> State {
        guard let record = applied.first(where: { $0.version == file.version }) else { return .pending }
        let isSame = record.name == file.name && record.checksum == file.checksum
        return isSame ? .applied(at: record.appliedAt) : .changed(at: record.appliedAt)
    }
}
