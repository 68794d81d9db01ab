import Foundation
import HTTVPSPostgres

struct AdmissionStore: Sendable {
    let pool: PostgresPool
    let hasher: CredentialHasher
    let secrets: RefreshSecrets

    func openSession(
        _ request: AdmissionRequest, sessionID: String, gatewayID: String, credential: CredentialHash, at moment: Date
    ) async throws -> OpenedSession {
        let evidence = try bound(request.evidence, issue: secrets.newIssue(at: moment))
        let row = try await GatewayStanding.checking {
            try await pool.retryingSerializationFailures {
                try await pool.first(
                    """
                    SELECT o.* FROM commit_without_waiting() c CROSS JOIN open_session(
                        \(moment), \(gatewayID), \(credential.bytes), \(sessionID),
                        \(request.deviceID), \(evidence.subject), \(evidence.family), \(evidence.refreshHash),
                        \(evidence.issue), \(evidence.successorHash), \(request.region), \(request.clientVersion)) o
                    """)
            }
        }
        guard let row else { throw AdmissionRefusal.invalidToken }
        try Self.checkRefusal(row)
        try await pool.execute("SELECT wait_for_commits()")
        return OpenedSession(
            userID: try row.decode("user_id"), expiresAt: try row.decode("expires_at"),
            maxSessions: try row.decode("max_sessions"), maxStreams: try row.decode("max_streams"),
            rateBytesPerSecond: try row.decode("rate_bytes_per_sec"), leaseBytes: try row.decode("lease_bytes"),
            nodes: try SealedNode.list(try row.decode("nodes")), rotation: try Self.rotation(row))
    }

    func checkGateway(_ gatewayID: String, credential: CredentialHash) async throws {
        _ = try await GatewayStanding.checking {
            try await pool.query("SELECT require_active_gateway(\(gatewayID), \(credential.bytes))")
        }
    }

    func verdict(_ request: AdmissionRequest, at moment: Date) async throws -> AdmissionVerdict {
        let evidence = try bound(request.evidence, issue: "")
        let row = try await pool.first(
            """
            SELECT * FROM admission_verdict(\(moment), \(request.deviceID), \(evidence.subject), \(evidence.family),
                \(evidence.refreshHash), \(request.region))
            """)
        guard let row else { throw AdmissionRefusal.invalidToken }
        try Self.checkRefusal(row)
        return AdmissionVerdict(
            userID: try row.decode("user_id"), expiresAt: try row.decode("expires_at"),
            gateways: try JSONReader.value(of: Array(try row.decode("gateways", as: String.self).utf8)))
    }

    private struct BoundEvidence {
        var subject: String?
        var family: String?
        var refreshHash: [UInt8]?
        var issue: String?
        var successorHash: [UInt8]?
    }

    private func bound(_ evidence: AdmissionRequest.Evidence, issue: String) throws -> BoundEvidence {
        switch evidence {
        case .access(let subject, let family): BoundEvidence(subject: subject, family: family)
        case .refresh(let token):
            BoundEvidence(
                refreshHash: hasher.hash(token).bytes, issue: issue,
                successorHash: hasher.hash(try secrets.successor(of: token, issue: issue)).bytes)
        }
    }

    private static func checkRefusal(_ row: PostgresRow) throws {
        if let refusal: String = try row.decode("refusal") {
            throw AdmissionRefusal(rawValue: refusal) ?? .invalidToken
        }
    }

    private static func rotation(_ row: PostgresRow) throws -> RefreshRotation? {
        guard let issue: String = try row.decode("issue") else { return nil }
        return RefreshRotation(
            family: try row.decode("family_id"), issue: issue, issuedAt: try row.decode("issued_at"))
    }
}
