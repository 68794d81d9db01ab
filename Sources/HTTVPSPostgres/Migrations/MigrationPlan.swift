package import Foundation

package struct AppliedMigration: Sendable, Equatable {
    package var version: Int
    package var name: String
    package var checksum: String
    package var appliedAt: Date

    var title: String { Migration.title(version: version, name: name) }
}

package struct MigrationPlan: Sendable, Equatable {
    package let applied: [Migration]
    package let pending: [Migration]

    package init(files: [Migration], applied: [AppliedMigration]) throws(MigrationError) {
        let newest = files.last?.version ?? 0
        for record in applied {
            guard let file = files.first(where: { $0.version == record.version }) else {
                throw Self.missing(record, newest: newest)
            }
            guard file.name == record.name, file.checksum == record.checksum else {
                throw MigrationError(
                    .changed,
                    "\(file.title).sql was changed after it had been applied as \(record.title): "
                        + "put the file back as it was, and make the change in a new migration")
            }
        }
        let versions = Set(applied.map(\.version))
        let last = versions.max() ?? 0
        self.applied = files.filter { versions.contains($0.version) }
        pending = files.filter { !versions.contains($0.version) }
        guard let early = pending.first, early.version < last else { return }
        throw MigrationError(
            .outOfOrder, "\(early.title).sql was never applied, though the database is already at number \(last)")
    }

    private static func missing(_ record: AppliedMigration, newest: Int) -> MigrationError {
        guard record.version > newest else {
            return MigrationError(.missing, "\(record.title) has been applied, but its file is missing")
        }
        return MigrationError(
            .newer,
            "\(record.title) has been applied, but its file is missing: the database is newer than this program, "
                + "which knows migrations up to number \(newest)")
    }
}
