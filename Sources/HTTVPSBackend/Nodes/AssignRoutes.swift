import HTTPTypes
import HTTVPSObservability
import HTTVPSProtocol
import Logging

struct AssignRoutes: Sendable {
    let store: AssignmentStore
    let vault: NodeVault

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post, RoutePattern(ControlPlanePath.assignOutline), query: ["explain": .flag], body: .required,
                operation: Self.operation, respond: assign)
        ]
    }

    @Sendable private func assign(_ call: Call) async throws -> Answer {
        switch (call.caller, call.query.flag("explain")) {
        case (.gateway(let gatewayID, let credential), false):
            let request = try Self.body(of: call)
            let node = try await call.span.during("assign node") { span in
                let node = try await store.assign(request, gatewayID: gatewayID, credential: credential, at: call.now)
                span?[.nodeID] = node.nodeID
                return node
            }
            call.logger.info(
                "node assigned",
                metadata: .fields([
                    .deviceID: .string(request.deviceID), .sessionID: .string(request.sessionID ?? ""),
                    .gatewayID: .string(gatewayID), .nodeID: .string(node.nodeID), .outcome: "assigned",
                ]))
            return Self.answer(try node.opened(with: vault))
        case (.administrator, true), (.apiToken, true):
            return Self.explained(try await store.explain(try Self.body(of: call), at: call.now))
        default:
            throw ProblemError(
                .forbidden, "Gateways are assigned nodes; operators ask with explain=true how that would go.")
        }
    }

    private static func body(of call: Call) throws -> AssignOutlineRequest {
        let submission = try operation.submission(call)
        return AssignOutlineRequest(
            deviceID: submission.text("device_id") ?? "", sessionID: submission.text("session_id"),
            regionCode: submission.text("region_code"), exclude: submission.texts("exclude") ?? [])
    }

    private static func answer(_ node: AssignedNode) -> Answer {
        var json = node.json
        json["access_key_id"] = .optional(node.accessKeyID)
        return Answer(json: .object(json))
    }

    private static func explained(_ candidates: JSONValue) -> Answer {
        guard case .array(let items) = candidates else {
            return Answer(json: ["candidates": .array([]), "chosen": .null])
        }
        let chosen = items.first { $0.object?["eligible"] == .bool(true) }?.object?["node_id"] ?? .null
        return Answer(json: ["candidates": candidates, "chosen": chosen])
    }
}
