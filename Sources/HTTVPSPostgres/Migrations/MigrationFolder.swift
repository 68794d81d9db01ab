import Foundation

package struct MigrationFolder: Sendable {
    package let path: String

    package init(path: String) { self.path = path }

    package func load() throws(MigrationError) -> [Migration] {
        let files = try fileNames().map { file throws(MigrationError) in (try parse(file), file) }
        let ups = files.filter { !$0.0.isDown }
        let downs = files.filter { $0.0.isDown }
        try refuseDuplicates(ups)
        try refuseDuplicates(downs)
        let migrations = try ups.map { up throws(MigrationError) in try migration(up, downs: downs) }
        for (down, file) in downs where !ups.contains(where: { $0.0.version == down.version }) {
            throw MigrationError(.missing, "\(file) is a way down, but its migration file is missing")
        }
        return try contiguous(migrations)
    }

    private func fileNames() throws(MigrationError) -> [String] {
        do {
            let names = try FileManager.default.contentsOfDirectory(atPath: path)
            return names.filter { $0.hasSuffix(".sql") }.sorted()
        } catch {
            throw MigrationError(.unreadable, "the migration folder \(path) cannot be read", cause: error)
        }
    }

    private func parse(_ file: String) throws(MigrationError) -> MigrationFileName {
        guard let name = MigrationFileName(file) else {
            throw MigrationError(
                .badName,
                "\(file) is no name of a migration: it must look like 0001_accounts.sql or 0001_accounts.down.sql")
        }
        return name
    }

    private func refuseDuplicates(_ files: [(MigrationFileName, String)]) throws(MigrationError) {
        for (earlier, later) in zip(files, files.dropFirst()) where earlier.0.version == later.0.version {
            throw MigrationError(.duplicate, "\(earlier.1) and \(later.1) have the same number")
        }
    }

    private func migration(
        _ up: (MigrationFileName, String), downs: [(MigrationFileName, String)]
    ) throws(MigrationError) -> Migration {
        guard let down = downs.first(where: { $0.0.version == up.0.version && $0.0.name == up.0.name }) else {
            throw MigrationError(
                .noWayDown, "\(up.1) has no way down: \(up.1.dropLast(4)).down.sql is missing")
        }
        return Migration(
            version: up.0.version, name: up.0.name, up: try text(up.1), down: try text(down.1))
    }

    private func text(_ file: String) throws(MigrationError) -> String {
        guard let data = FileManager.default.contents(atPath: path + "/" + file),
            let text = String(bytes: data, encoding: .utf8), !text.utf8.contains(0)
        else { throw MigrationError(.unreadable, "\(file) cannot be read as UTF-8 text") }
        return text
    }

    private func contiguous(_ migrations: [Migration]) throws(MigrationError) -> [Migration] {
        for (index, migration) in migrations.enumerated() where migration.version != index + 1 {
            throw MigrationError(
                .gap, "migration number \(index + 1) is missing: the next file is \(migration.title).sql")
        }
        return migrations
    }
}
