import HTTPTypes
import HTTVPSProtocol

struct HeartbeatRoutes: Sendable {
    static let intervalSeconds = 10

    let store: HeartbeatStore

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, RoutePattern(ControlPlanePath.gatewayHeartbeat), body: .required,
                operation: Self.gatewayOperation,
                respond: gateway),
            Endpoint(
                .post, RoutePattern(ControlPlanePath.outlineHeartbeat), body: .required,
                operation: Self.outlineOperation,
                respond: outline),
        ]
    }

    @Sendable private func gateway(_ call: Call) async throws -> Answer {
        guard case .gateway(let id, let credential) = call.caller, Self.names(id, call) else { throw Self.notItself }
        let beat = try Heartbeat(Submission(call.json, as: Heartbeat.gatewayShape))
        return Self.answer(try await store.gatewayBeats(beat, credential: credential, at: call.now))
    }

    @Sendable private func outline(_ call: Call) async throws -> Answer {
        var isAgent = false
        if case .node(let id, _) = call.caller {
            guard Self.names(id, call) else { throw Self.notItself }
            isAgent = true
        }
        let beat = try Heartbeat(Submission(call.json, as: Heartbeat.outlineShape))
        return Self.answer(try await store.nodeBeats(beat, byAgent: isAgent, at: call.now))
    }

    private static func names(_ id: String, _ call: Call) -> Bool {
        call.json?.object?["node_id"]?.text.map { $0 == id } ?? true
    }

    private static let notItself = ProblemError(.forbidden, "A node speaks for itself only: node_id is another one's.")

    private static func answer(_ standing: HeartbeatStore.Standing) -> Answer {
        Answer(json: [
            "status": "ok", "state": .string(standing.state), "next_heartbeat_after_sec": .integer(intervalSeconds),
            "revoke": standing.revoke, "drain": .bool(standing.drain),
        ])
    }
}
