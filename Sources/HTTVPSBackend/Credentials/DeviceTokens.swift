package import Foundation
package import HTTVPSPostgres
package import HTTVPSProtocol

package struct DeviceTokens: Sendable {
    let access: AccessTokens
    let hasher: CredentialHasher
    let secrets: RefreshSecrets

    package var lifetime: Int { access.lifetime }

    package func issue(
        deviceID: String, lifetime: Int? = nil, at moment: Date, on transaction: some PostgresExecutor
    ) async throws -> DeviceCredentials {
        let family = Identifier.make(.refreshFamily, at: moment)
        let refresh = OpaqueToken(.refresh)
        _ = try await transaction.execute(
            "INSERT INTO refresh_families (id, device_id, created_at) VALUES (\(family), \(deviceID), \(moment))")
        _ = try await transaction.execute(
            """
            INSERT INTO refresh_tokens (token_hash, family_id, created_at)
            VALUES (\(hasher.hash(refresh).bytes), \(family), \(moment))
            """)
        let seconds = lifetime ?? access.lifetime
        let token = try await access.issue(subject: deviceID, family: family, at: moment, lifetime: seconds)
        return DeviceCredentials(accessToken: token, refreshToken: refresh.text, expiresInSeconds: seconds)
    }

    func credentials(
        rotating token: OpaqueToken, deviceID: String, rotation: RefreshRotation
    ) async throws -> DeviceCredentials {
        let accessToken = try await access.issue(
            subject: deviceID, family: rotation.family, at: rotation.issuedAt,
            jti: try secrets.tokenID(of: token, issue: rotation.issue))
        return DeviceCredentials(
            accessToken: accessToken, refreshToken: try secrets.successor(of: token, issue: rotation.issue).text,
            expiresInSeconds: access.lifetime)
    }
}
