import HTTVPSPostgres

struct AuditStore: Sendable {
    func find(_ id: String, on executor: some PostgresExecutor) async throws -> AuditRecord? {
        try await executor.first("SELECT \(AuditRecord.columns) FROM audit_events WHERE id = \(id)").map(
            AuditRecord.init)
    }

    func listing(_ query: Query) -> Listing {
        var listing = Listing("SELECT \(AuditRecord.columns) FROM audit_events")
        for name in AuditRecord.filters {
            if let value = query[name] { listing.conditions.append("\(unsafe: name) = \(value)") }
        }
        return listing
    }
}
