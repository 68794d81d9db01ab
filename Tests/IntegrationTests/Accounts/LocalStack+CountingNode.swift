import Foundation
import HTTVPSShadowsocks

extension LocalStack {
    static func runningBehindCountingNode(
        settings: [String: String] = [:], _ body: (LocalStack, CountingNode) async throws -> Void
    ) async throws {
        let node = try await CountingNode.start()
        var settings = settings
        settings["HTTVPS_NODE_ENTRY_PORT"] = String(node.port)
        try await running(settings: settings) { stack in
            try stack.aim(node)
            try await body(stack, node)
        }
        try await node.stop()
    }

    private func aim(_ node: CountingNode) throws {
        let file = directory.appendingPathComponent("node.json")
        let settings = try JSONSerialization.jsonObject(with: try Data(contentsOf: file)) as? [String: Any] ?? [:]
        guard let port = settings["server_port"] as? Int, let password = settings["password"] as? String,
            let method = (settings["method"] as? String).flatMap(CipherMethod.init(name:))
        else { throw Failure(description: "node.json names no node") }
        node.stand(before: port, password: password, method: method)
    }
}
