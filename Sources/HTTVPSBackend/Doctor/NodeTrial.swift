import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import HTTVPSShadowsocks

struct NodeTrial: Sendable {
    private struct Node: Sendable {
        var id: String
        var key: OutlineKey
    }

    let pool: PostgresPool
    let vault: NodeVault
    let configuration: BackendConfiguration

    func diagnoses(at moment: Date) async -> [Diagnosis] {
        do {
            let nodes = try await nodes()
            let gateways = try await gateways(at: moment)
            guard !nodes.isEmpty else {
                return gateways + [
                    .warn(
                        "nodes", "none is active and has a key",
                        "Register one: httvps admin outline-nodes create region=… access_url=-.")
                ]
            }
            return gateways + (await tried(nodes, through: try await target()))
        } catch {
            return [.fail("nodes", "cannot be read: \(error)", "Look at the lines above.")]
        }
    }

    private func tried(_ nodes: [Node], through target: TargetAddress?) async -> [Diagnosis] {
        guard let target, let tls = try? ManagementConnection.context() else {
            return [
                .warn(
                    "nodes", "there is no address to try \(nodes.count) nodes with",
                    "Set BACKEND_OUTLINE_CANARY_TARGET to a TLS service, or register a gateway with its public URL.")
            ]
        }
        let canary = KeyCanary(tls: tls, target: target)
        return await withTaskGroup(of: Diagnosis.self) { group in
            for node in nodes { group.addTask { await Self.diagnosis(of: node, canary, target) } }
            return await group.reduce(into: []) { $0.append($1) }.sorted { $0.check < $1.check }
        }
    }

    private static func diagnosis(of node: Node, _ canary: KeyCanary, _ target: TargetAddress) async -> Diagnosis {
        let check = "node \(node.id)"
        let advice = "Start the node, compare its key, open its port to gateways and backend."
        switch try? await canary.outcome(of: node.key, to: target) {
        case .proven: return .ok(check, "carried bytes to the TLS service it was tried with, and back")
        case .held:
            return .warn(
                check, "takes the key, and nothing came back",
                "See that the node reaches the internet, or name another BACKEND_OUTLINE_CANARY_TARGET.")
        case .failed(let reason): return .fail(check, reason, advice)
        case nil: return .fail(check, "could not be tried", advice)
        }
    }

    private func nodes() async throws -> [Node] {
        let rows = try await pool.query(
            """
            SELECT id, host, port::bigint AS port, method, prefix, password_sealed, password_key_id FROM outline_nodes
            WHERE deleted_at IS NULL AND status = 'active' AND password_sealed IS NOT NULL ORDER BY id
            """)
        return try rows.compactMap { row in
            let id: String = try row.decode("id")
            let sealed = NodeVault.Sealed(
                keyID: try row.decode("password_key_id"), bytes: try row.decode("password_sealed"))
            guard let password = try? vault.open(sealed, column: .password, nodeID: id) else { return nil }
            return Node(
                id: id,
                key: OutlineKey(
                    host: try row.decode("host"), port: try row.decode("port"), method: try row.decode("method"),
                    password: password, prefix: try row.decode("prefix")))
        }
    }

    private func target() async throws -> TargetAddress? {
        if let target = configuration.canaryTarget.flatMap(TargetAddress.init) { return target }
        let row = try await pool.first(
            "SELECT public_url FROM gateway_nodes WHERE deleted_at IS NULL AND status = 'active' ORDER BY id LIMIT 1")
        guard let text: String = try row?.decode("public_url"), let url = URL(string: text), let host = url.host()
        else { return nil }
        return UInt16(exactly: url.port ?? 443).flatMap { TargetAddress(hostText: host, port: $0) }
    }

    private func gateways(at moment: Date) async throws -> [Diagnosis] {
        let row = try await pool.first(
            """
            SELECT count(*) AS all_of_them,
                count(*) FILTER (WHERE node_state(last_heartbeat_at, heartbeat_streak, \(moment)) = 'healthy') AS healthy
            FROM gateway_nodes WHERE deleted_at IS NULL AND status = 'active'
            """)
        let (all, healthy): (Int64, Int64) = (try row?.decode("all_of_them") ?? 0, try row?.decode("healthy") ?? 0)
        if all > 0, healthy == all { return [.ok("gateways", "all \(all) are healthy")] }
        return [
            .warn(
                "gateways", all == 0 ? "none is registered" : "\(healthy) of \(all) active ones are healthy",
                all == 0
                    ? "Register one: httvps admin gateway-nodes create name=… region=… public_url=wss://…"
                    : "Run httvps-gateway doctor on the others.")
        ]
    }
}
