import Foundation
import HTTPTypes
import HTTVPSPostgres
import HTTVPSProtocol
import Hummingbird
import HummingbirdTesting
import NIOCore
import Testing

@testable import HTTVPSBackend

@Suite("Every route, asked by every kind of caller")
struct EveryRouteTests {
    @Test("answers as the contract's table and the policy say")
    func matrix() async throws {
        try await World.run { world in
            let credentials = try await Credentials(world)
            var asked = 0
            for endpoint in world.endpoints {
                for path in Self.paths(of: endpoint) {
                    let allowed = try #require(
                        ContractRoles.allowed(endpoint.method, path),
                        "\(endpoint.method) \(path) is not in the contract")
                    for (caller, token) in credentials.good {
                        let answer = try await ask(world, endpoint, path, token)
                        let expectation = Self.fault(
                            answer, path: path, isAllowed: allowed.contains(caller), hasToken: token != nil)
                        #expect(expectation == nil, "\(caller): \(expectation ?? "")")
                        asked += 1
                    }
                }
            }
            #expect(asked > 400)
        }
    }

    @Test("stands in the contract's table, and each of the table's cells agrees with the policy")
    func policy() async throws {
        try await World.run { world in
            for endpoint in world.endpoints where endpoint.pattern.text != ControlPlanePath.assignOutline {
                let path = endpoint.pattern.text
                let allowed = try #require(ContractRoles.allowed(endpoint.method, path), "\(endpoint.method) \(path)")
                switch RolePolicy.standard.access(endpoint.method, endpoint.pattern) {
                case .everyone: #expect(ContractRoles.open.contains(path), "\(path)")
                case .anyCaller: #expect(allowed.count == 7 && !ContractRoles.open.contains(path), "\(path)")
                case .only(let roles): #expect(Set(roles.map(Self.caller)) == allowed, "\(endpoint.method) \(path)")
                }
            }
        }
    }

    @Test("takes no broken credential, and none whose owner is gone, blocked or late")
    func badCredentials() async throws {
        try await World.run { world in
            let credentials = try await Credentials(world)
            let bad = try await credentials.bad(world)
            for (name, header, code) in bad {
                world.clock.advance(31)
                for endpoint in world.endpoints {
                    let path = endpoint.pattern.text
                    let answer = try await ask(world, endpoint, path, header: header)
                    if ContractRoles.open.contains(path) {
                        #expect(try await ask(world, endpoint, path, header: nil) == answer, "\(name): \(path)")
                    } else {
                        let shown = "\(name): \(endpoint.method) \(path) answers \(answer)"
                        #expect(answer == Answer(status: 401, code: code, challenges: true), "\(shown)")
                    }
                }
            }
        }
    }

    @Test("tells machines that are disabled so, and takes the reports of a disabled gateway")
    func disabled() async throws {
        try await World.run { world in
            let credentials = try await Credentials(world)
            try await world.pool.execute("UPDATE gateway_nodes SET status = 'disabled'")
            try await world.pool.execute("UPDATE outline_nodes SET status = 'disabled'")
            func code(_ path: String, _ body: JSONValue, _ token: String?) async throws -> String {
                let reply = try await world.post(path, body, bearer: token)
                return reply.text("code") ?? "\(reply.status)"
            }
            let device: JSONValue = ["device_id": "dev_a1", "token": "x"]
            let beat: JSONValue = ["node_id": "oln_1", "epoch": "e", "timestamp": .time(world.clock.now)]
            let gateway = world.gateway.text
            #expect(try await code(ControlPlanePath.validateDevice, device, gateway) == "gateway_disabled")
            #expect(try await code(ControlPlanePath.assignOutline, device, gateway) == "gateway_disabled")
            #expect(try await world.report([]).status == 200)
            #expect(try await world.beat().status == 200)
            #expect(try await code(ControlPlanePath.outlineHeartbeat, beat, credentials.node) == "node_disabled")
        }
    }

    @Test("gives nothing of another's: sessions of another gateway, nodes of another agent")
    func foreign() async throws {
        try await World.run { world in
            let credentials = try await Credentials(world)
            let other = OpaqueToken(.gateway)
            try await world.addGateway("gwy_2", token: other)
            let opened = try await world.validate("dev_a1", token: credentials.deviceToken)
            let session = try #require(opened.text("session_id"))
            let report = try await world.report([World.usage(session, 1, up: 1, down: 1)], by: other)
            #expect(report.items("results").first?["status"] == "unknown_session")
            let assign: JSONValue = ["device_id": "dev_a1", "session_id": .string(session)]
            #expect(try await world.post(ControlPlanePath.assignOutline, assign, bearer: other.text).status == 404)
            let beat: JSONValue = ["node_id": "gwy_1", "epoch": "e", "timestamp": .time(world.clock.now)]
            #expect(try await world.post(ControlPlanePath.gatewayHeartbeat, beat, bearer: other.text).status == 403)
            #expect(
                try await world.post(ControlPlanePath.outlineHeartbeat, beat, bearer: credentials.node).status == 403)
            let foreign: JSONValue = ["device_id": "dev_b1", "token": .string(credentials.deviceToken)]
            let verdict = try await world.post(ControlPlanePath.validateDevice, foreign, bearer: world.gateway.text)
            #expect(verdict.text("code") == "device_mismatch")
        }
    }
}

extension EveryRouteTests {
    struct Answer: Equatable, Sendable {
        var status: Int
        var code: String?
        var challenges: Bool
    }

    private static func paths(of endpoint: Endpoint) -> [String] {
        let path = endpoint.pattern.text
        return path == ControlPlanePath.assignOutline ? [path, path + "?explain=true"] : [path]
    }

    private static func caller(_ role: CallerRole) -> ContractRoles.Caller {
        switch role {
        case .admin: .admin
        case .support: .support
        case .readOnly: .readOnly
        case .gateway: .gateway
        case .node: .node
        case .device: .device
        }
    }

    private static func fault(_ answer: Answer, path: String, isAllowed: Bool, hasToken: Bool) -> String? {
        let shown = "\(path) answers \(answer.status) \(answer.code ?? "")"
        if answer.status >= 500 { return shown }
        if isAllowed {
            return ["forbidden", "unauthenticated"].contains(answer.code ?? "") ? shown : nil
        }
        let wanted = hasToken ? (403, "forbidden") : (401, "unauthenticated")
        return answer.status == wanted.0 && answer.code == wanted.1 ? nil : shown
    }

    private func ask(_ world: World, _ endpoint: Endpoint, _ path: String, _ token: String?) async throws -> Answer {
        try await ask(world, endpoint, path, header: token.map { "Bearer \($0)" })
    }

    private func ask(
        _ world: World, _ endpoint: Endpoint, _ path: String, header: String?
    ) async throws -> Answer {
        var headers: HTTPFields = [:]
        headers[.authorization] = header
        var body: ByteBuffer?
        if endpoint.body != .none {
            headers[.contentType] = "application/json"
            body = ByteBuffer(string: "{}")
        }
        let uri = path.replacing("{id}", with: "dev_none")
        return try await world.client.execute(uri: uri, method: endpoint.method, headers: headers, body: body) {
            response in
            let json = try? JSONReader.value(of: Array(response.body.readableBytesView))
            return Answer(
                status: response.status.code, code: json?.object?["code"]?.text,
                challenges: response.headers[.wwwAuthenticate] == "Bearer")
        }
    }
}
