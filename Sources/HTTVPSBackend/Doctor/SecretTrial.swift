import HTTVPSObservability
import HTTVPSPostgres

struct SecretTrial: Sendable {
    private static let wrongSecret =
        "Set BACKEND_SECRET_KEY to the secret that sealed them, or BACKEND_SECRET_KEY_PREVIOUS while it is replaced."

    let pool: PostgresPool
    let configuration: BackendConfiguration

    func keys() async -> (Diagnosis, NodeVault?) {
        let ring = KeyRing(secret: configuration.secretKey, previous: configuration.previousSecretKey)
        do {
            let keys = try await KeyStore(pool: pool, ring: ring).read(on: pool)
            if !keys.isEmpty { ring.install(keys) }
            let vault = try NodeVault(keys: ring)
            let lacking = KeyPurpose.allCases.filter { ring.shelf($0).keys.isEmpty }
            if keys.isEmpty || !lacking.isEmpty {
                return (.ok("keys", "\(keys.count) can be opened; serve makes the others"), vault)
            }
            return (.ok("keys", "all \(keys.count) can be opened"), vault)
        } catch {
            return (.fail("keys", "cannot be opened: \(error)", Self.wrongSecret), nil)
        }
    }

    func nodeSecrets(_ vault: NodeVault) async -> Diagnosis {
        do {
            let secrets = try await SealedNodeStore(pool: pool, vault: vault).stale(
                after: "", active: "", limit: 100_000)
            let closed = secrets.filter {
                (try? vault.open($0.sealed, column: $0.column, nodeID: $0.nodeID)) == nil
            }
            guard let first = closed.first else { return .ok("node secrets", "all \(secrets.count) can be opened") }
            return .fail(
                "node secrets", "\(closed.count) of \(secrets.count) cannot be opened, the first of \(first.nodeID)",
                Self.wrongSecret)
        } catch {
            return .fail("node secrets", "cannot be read: \(error)", Self.wrongSecret)
        }
    }
}
