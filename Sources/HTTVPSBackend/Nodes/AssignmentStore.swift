import Foundation
import HTTVPSPostgres
import HTTVPSProtocol

struct AssignmentStore: Sendable {
    let pool: PostgresPool

    func assign(
        _ request: AssignOutlineRequest, gatewayID: String, credential: CredentialHash, at moment: Date
    ) async throws -> SealedNode {
        let row = try await GatewayStanding.checking {
            try await pool.retryingSerializationFailures {
                try await pool.first(
                    """
                    SELECT o.* FROM commit_without_waiting() c CROSS JOIN assign_node(
                        \(moment), \(gatewayID), \(credential.bytes), \(request.deviceID),
                        \(request.sessionID), \(request.regionCode), \(request.exclude)) o
                    """)
            }
        }
        try Self.checkRefusal(row)
        try await pool.execute("SELECT wait_for_commits()")
        guard let node = try SealedNode.list(try row?.decode("nodes") ?? "[]").first else {
            throw Self.problem("no_healthy_outline_nodes")
        }
        return node
    }

    func explain(_ request: AssignOutlineRequest, at moment: Date) async throws -> JSONValue {
        let row = try await pool.first(
            """
            SELECT * FROM explain_assignment(\(moment), \(request.deviceID), \(request.sessionID),
                \(request.regionCode), \(request.exclude))
            """)
        try Self.checkRefusal(row)
        let text: String = try row?.decode("candidates") ?? "[]"
        return try JSONReader.value(of: Array(text.utf8))
    }

    private static func checkRefusal(_ row: PostgresRow?) throws {
        if let refusal: String = try row?.decode("refusal", as: String?.self) { throw problem(refusal) }
    }

    private static func problem(_ refusal: String) -> ProblemError {
        switch refusal {
        case "device_not_found": ProblemError(.deviceNotFound, "There is no such device.")
        case "session_not_found":
            ProblemError(.sessionNotFound, "There is no such session of this device and this gateway.")
        case "no_outline_nodes_available":
            .retryLater(.noOutlineNodesAvailable, "No Outline node is registered for this plan.", seconds: 10)
        default: .retryLater(.noHealthyOutlineNodes, "No Outline node is healthy at the moment.", seconds: 5)
        }
    }
}
