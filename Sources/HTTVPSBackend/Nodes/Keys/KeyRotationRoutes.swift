import HTTPTypes
import HTTVPSPostgres

struct KeyRotationRoutes: Sendable {
    let desk: AdminDesk
    let nodes: OutlineNodeStore
    let store: KeyRotationStore

    var endpoints: [Endpoint] { [desk.act(OutlineNode.path + "/{id}/rotate-key", Self.rotation, respond: rotate)] }

    private static let rotation = Operation(
        "Gives a managed node a new key, tries it, and deletes the old one when no session holds it.",
        body: .body(), answers: [202: .json(.answer(MemberShape("rotation", .choice(["started"]))))],
        codes: [.outlineNodeNotFound, .noManagementURL])

    @Sendable private func rotate(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        guard let node = try await nodes.find(call.id, at: call.now, on: transaction) else {
            throw ObjectKind.outlineNode.notFound
        }
        _ = try Self.rotation.submission(call)
        guard node.isManaged else {
            throw ProblemError(.noManagementURL, "Only the keys of a node with a management URL can be rotated.")
        }
        if let number = try await store.start(nodeID: node.id, at: call.now, on: transaction) {
            let after = JSONObject([("rotation", .integer(number))])
            let event = AuditEvent.event(.rotateKey, of: node, before: nil, after: after)
            try await desk.audit.write(event, by: call, on: transaction)
        }
        return Answer(status: .accepted, json: ["rotation": "started"])
    }
}
