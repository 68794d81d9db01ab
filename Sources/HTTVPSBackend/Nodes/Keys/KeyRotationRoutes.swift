import HTTPTypes
import HTTVPSPostgres

struct KeyRotationRoutes: Sendable {
    static let path = OutlineNodeRoutes.path + "/{id}/rotate-key"

    let desk: AdminDesk
    let nodes: OutlineNodeStore
    let store: KeyRotationStore

    var endpoints: [Endpoint] { [desk.change(Self.path, body: .optional, respond: rotate)] }

    @Sendable private func rotate(_ call: Call, on transaction: PostgresTransaction) async throws -> Answer {
        guard let node = try await nodes.find(call.id, at: call.now, on: transaction) else {
            throw ObjectKind.outlineNode.notFound
        }
        var reader = MemberReader(call.json ?? .object(JSONObject()))
        try reader.finish()
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
