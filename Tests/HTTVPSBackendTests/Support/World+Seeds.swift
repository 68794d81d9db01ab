import Foundation
import HTTVPSPostgres
import HTTVPSProtocol

@testable import HTTVPSBackend

extension World {
    static let gatewayID = "gwy_1"

    func seed() async throws {
        try await addGateway(Self.gatewayID, token: gateway)
        try await pool.execute("INSERT INTO regions (code, name) VALUES ('eu', 'Europe'), ('us', 'States')")
    }

    func addGateway(_ id: String, token: OpaqueToken) async throws {
        try await pool.execute(
            """
            INSERT INTO gateway_nodes (id, token_hash, name, region, public_url)
            VALUES (\(id), \(core.hasher.hash(token).bytes), \(id), 'eu', 'wss://gateway.example')
            """)
    }

    func addNode(
        _ id: String, region: String = "eu", weight: Int = 100, capacity: Int? = nil, token: OpaqueToken? = nil
    ) async throws {
        let sealed = try core.vault.seal("secret of \(id)", column: .password, nodeID: id)
        let token = token ?? OpaqueToken(.node)
        try await pool.execute(
            """
            INSERT INTO outline_nodes (id, token_hash, region, weight, capacity, host, port, method,
                password_sealed, password_key_id)
            VALUES (\(id), \(core.hasher.hash(token).bytes), \(region), \(weight)::integer, \(capacity), '192.0.2.1', 8388,
                'chacha20-ietf-poly1305', \(sealed.bytes), \(sealed.keyID))
            """)
    }

    func addPlan(
        _ id: String = "pln_1", maxSessions: Int = 3, limit: Int64? = nil, regions: [String]? = nil
    ) async throws {
        try await pool.execute(
            """
            INSERT INTO plans (id, code, name, period, max_devices, max_sessions, max_streams, traffic_limit_bytes,
                regions)
            VALUES (\(id), \(id), 'Plan', 'calendar_month', 5, \(maxSessions)::integer, 100, \(limit), \(regions))
            """)
    }

    func addUser(_ name: String, plan: String? = "pln_1", devices: Int = 1) async throws {
        let started = clock.now.addingTimeInterval(-86_400)
        try await pool.execute("INSERT INTO users (id, email) VALUES (\("usr_" + name), \(name + "@example.org"))")
        for number in 1...devices {
            try await pool.execute(
                """
                INSERT INTO devices (id, user_id, name)
                VALUES (\("dev_\(name)\(number)"), \("usr_" + name), 'device')
                """)
        }
        guard let plan else { return }
        try await pool.execute(
            """
            INSERT INTO subscriptions (id, user_id, plan_id, starts_at)
            VALUES (\("sub_" + name), \("usr_" + name), \(plan), \(started))
            """)
    }

    func tokens(of device: String) async throws -> DeviceCredentials {
        let now = clock.now
        return try await pool.transaction { transaction in
            try await core.deviceTokens.issue(deviceID: device, at: now, on: transaction)
        }
    }

    func validate(_ device: String, token: String, region: String? = nil, by caller: OpaqueToken? = nil) async throws
        -> Reply
    {
        try await post(
            ControlPlanePath.validateDevice,
            ["device_id": .string(device), "token": .string(token), "region": .optional(region)],
            bearer: (caller ?? gateway).text)
    }

    func report(_ reports: [JSONValue], epoch: String = "epoch-1", by caller: OpaqueToken? = nil) async throws -> Reply
    {
        try await post(
            ControlPlanePath.usageReport, ["epoch": .string(epoch), "reports": .array(reports)],
            bearer: (caller ?? gateway).text)
    }

    func beat(sessions: [String] = [], egress: [JSONValue] = []) async throws -> Reply {
        try await post(
            ControlPlanePath.gatewayHeartbeat,
            [
                "node_id": .string(Self.gatewayID), "epoch": "epoch-1", "timestamp": .time(clock.now),
                "sessions": .array(sessions.map(JSONValue.string)), "egress": .array(egress),
            ], bearer: gateway.text)
    }

    static func usage(
        _ session: String, _ seq: Int64, up: Int64, down: Int64, streams: Int64 = 0, final: Bool = false
    ) -> JSONValue {
        [
            "session_id": .string(session), "seq": .integer(seq), "bytes_up": .integer(up),
            "bytes_down": .integer(down), "streams_opened": .integer(streams), "final": .bool(final),
        ]
    }
}
