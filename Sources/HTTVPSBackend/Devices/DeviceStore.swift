import Foundation
import HTTVPSPostgres

struct DeviceStore: Sendable {
    private static let columns: SQLQuery = """
        id, revision, user_id, name, platform, status, enrolled_at, last_seen_at, created_at, updated_at
        """

    func find(_ id: String, on executor: some PostgresExecutor) async throws -> Device? {
        try await executor.first("SELECT \(Self.columns) FROM devices WHERE id = \(id) AND deleted_at IS NULL")
            .map(Device.init)
    }

    func lock(_ id: String, on transaction: PostgresTransaction) async throws -> Device? {
        try await transaction.first(
            "SELECT \(Self.columns) FROM devices WHERE id = \(id) AND deleted_at IS NULL FOR UPDATE"
        ).map(Device.init)
    }

    func hasRoom(for userID: String, at now: Date, on transaction: PostgresTransaction) async throws -> Bool {
        let row = try await transaction.first(
            """
            SELECT (SELECT count(*) FROM devices WHERE user_id = \(userID) AND deleted_at IS NULL) < p.max_devices AS room
            FROM subscriptions_at(\(now)) s JOIN plans p ON p.id = s.plan_id
            WHERE s.user_id = \(userID) AND s.status IN ('active', 'limited', 'scheduled')
            ORDER BY s.status = 'scheduled', s.starts_at LIMIT 1
            """)
        return try row?.decode("room") ?? true
    }

    func create(
        _ submission: Submission, code hash: CredentialHash, expiresAt: Date, at now: Date,
        on transaction: PostgresTransaction
    ) async throws -> Device {
        let id = Identifier.make(.device, at: now)
        let rows = try await transaction.query(
            """
            INSERT INTO devices (id, user_id, name, platform, created_at, updated_at)
            VALUES (\(id), \(submission.text("user_id")), \(submission.text("name")), \(submission.text("platform")),
                \(now), \(now)) RETURNING \(Self.columns)
            """)
        try await transaction.execute(
            """
            INSERT INTO enrollment_codes (code_hash, device_id, expires_at)
            VALUES (\(hash.bytes), \(id), \(expiresAt))
            """)
        return try rows.onlyRow(Device.init)
    }

    func update(
        _ id: String, _ submission: Submission, at now: Date, on transaction: PostgresTransaction
    ) async throws -> Device {
        try await transaction.query(
            """
            UPDATE devices SET name = \(submission.text("name")), platform = \(submission.text("platform")),
                status = \(submission.text("status")), revision = revision + 1, updated_at = \(now)
            WHERE id = \(id) RETURNING \(Self.columns)
            """
        ).onlyRow(Device.init)
    }

    func remove(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws {
        try await transaction.markDeleted("devices", where: "id = \(id)", at: now)
    }

    func removeAll(of userID: String, at now: Date, on transaction: PostgresTransaction) async throws -> [Device] {
        let devices = try await transaction.query(
            """
            SELECT \(Self.columns) FROM devices WHERE user_id = \(userID) AND deleted_at IS NULL ORDER BY id FOR UPDATE
            """
        ).map(Device.init)
        for device in devices { try await remove(device.id, at: now, on: transaction) }
        return devices
    }

    func markEnrolled(_ id: String, at now: Date, on transaction: PostgresTransaction) async throws -> Device {
        try await transaction.query(
            """
            UPDATE devices SET enrolled_at = \(now), updated_at = \(now), revision = revision + 1
            WHERE id = \(id) RETURNING \(Self.columns)
            """
        ).onlyRow(Device.init)
    }

    func listing(_ query: Query) -> Listing {
        var listing = Listing("SELECT \(Self.columns) FROM devices WHERE deleted_at IS NULL")
        if let status = query["status"] { listing.conditions.append("status = \(status)") }
        if let user = query["user_id"] { listing.conditions.append("user_id = \(user)") }
        return listing
    }
}
