import Foundation
import HTTVPSPostgres

struct HeartbeatStore: Sendable {
    static let disabledNode = ProblemError(.nodeDisabled, "This node is disabled.")

    let pool: PostgresPool

    struct Standing: Sendable {
        var state: String
        var drain: Bool
        var revoke: JSONValue
    }

    func gatewayBeats(_ beat: Heartbeat, credential: CredentialHash, at moment: Date) async throws -> Standing {
        let egress = String(decoding: try JSONEncoder().encode(beat.egress), as: UTF8.self)
        let row = try await GatewayStanding.checking {
            try await pool.retryingSerializationFailures {
                try await pool.first(
                    """
                    SELECT * FROM gateway_heartbeat(\(moment), \(beat.nodeID), \(credential.bytes), \(beat.epoch),
                        \(beat.activeSessions), \(beat.cpuLoad), \(beat.memLoad), \(beat.lastError), \(beat.version),
                        \(beat.sessions), \(egress)::jsonb)
                    """)
            }
        }
        guard let row else { throw ProblemError(.invalidToken, CredentialError.invalid.message) }
        let revoke: String = try row.decode("revoke")
        return Standing(
            state: try row.decode("state"), drain: try row.decode("drain"),
            revoke: try JSONReader.value(of: Array(revoke.utf8)))
    }

    func nodeBeats(_ beat: Heartbeat, byAgent: Bool, at moment: Date) async throws -> Standing {
        let row = try await pool.first(
            """
            SELECT * FROM outline_heartbeat(\(moment), \(beat.nodeID), \(byAgent), \(beat.epoch),
                \(beat.activeSessions), \(beat.cpuLoad), \(beat.memLoad), \(beat.lastError), \(beat.version))
            """)
        guard let row, try row.decode("refusal", as: String?.self) == nil else {
            throw byAgent
                ? Self.disabledNode
                : ProblemError(.outlineNodeNotFound, "There is no such Outline node.")
        }
        return Standing(state: try row.decode("state"), drain: try row.decode("drain"), revoke: .array([]))
    }
}
