import Foundation
import HTTVPSTestSupport
import Testing

@Suite("The doctor of each service", .serialized)
struct DoctorTests {
    private struct Report {
        var status: Int32
        var states: [String: String]
        var text: String

        func fails(_ check: String) -> Bool { status == 1 && states[check] == "fail" }
    }

    @Test("finds a running stack well, tries its node with a real stream, and names what is broken, and what to do")
    func wholeStack() async throws {
        try await LocalStack.running { stack in
            try await stack.waitForHealthyGateway()
            try await Self.examineBackend(of: stack)
            try await Self.examineGateway(of: stack)
        }
    }

    private static func examineBackend(of stack: LocalStack) async throws {
        let settings = try backendSettings(of: stack)
        let well = try await report("httvps-backend", settings)
        #expect(well.status == 0 && !well.states.values.contains("fail"), "\(well.text)")
        let node = try #require(well.states.keys.first { $0.hasPrefix("node oln_") })
        #expect(well.states[node] == "ok" && well.states["gateways"] == "ok", "\(well.text)")
        for check in [
            "configuration", "port", "metrics port", "database", "clock", "migrations", "keys", "node secrets",
        ] {
            #expect(well.states[check] == "ok", "\(check): \(well.text)")
        }
        let dead = try LoopbackPort.free()
        let second = try await stack.create(
            "outline-nodes",
            #"{"region":"local","host":"127.0.0.1","port":\#(dead),"method":"aes-256-gcm","password":"a-dead-one"}"#)
        let broken = try await report("httvps-backend", settings)
        #expect(broken.fails("node \(second["id"] as? String ?? "")") && broken.states[node] == "ok", "\(broken.text)")
        let secret = settings.merging(["BACKEND_SECRET_KEY": String(repeating: "x", count: 40)]) { $1 }
        #expect(try await report("httvps-backend", secret).fails("keys"))
        let address = settings.merging(["BACKEND_DB_DSN": "postgresql://nobody@127.0.0.1:\(dead)/none"]) { $1 }
        #expect(try await report("httvps-backend", address).fails("database"))
        let empty = try await report("httvps-backend", settings.merging(["BACKEND_SECRET_KEY": ""]) { $1 })
        #expect(empty.fails("configuration") && empty.text.contains("BACKEND_SECRET_KEY"), "\(empty.text)")
        for text in [broken.text, empty.text] { #expect(!text.contains(settings["BACKEND_SECRET_KEY"] ?? "-")) }
    }

    private static func examineGateway(of stack: LocalStack) async throws {
        let settings = try gatewaySettings(of: stack)
        let well = try await report("httvps-gateway", settings)
        #expect(well.status == 0, "\(well.text)")
        for check in ["configuration", "state", "port", "metrics port", "backend", "clock", "token"] {
            #expect(well.states[check] == "ok", "\(check): \(well.text)")
        }
        let device = ["--device", try stack.variable("HTTVPS_DEVICE_ID")]
        let nodes = try await report("httvps-gateway", settings, device)
        let tried = nodes.states.filter { $0.key.hasPrefix("node oln_") }.map(\.value).sorted()
        #expect(tried.contains("ok") && nodes.states["token"] == "ok", "\(nodes.text)")
        let stranger = try await report("httvps-gateway", settings, ["--device", "dev_stranger"])
        #expect(stranger.fails("nodes"), "\(stranger.text)")
        let token = settings.merging(["GATEWAY_TOKEN": "hvg_wrong"]) { $1 }
        #expect(try await report("httvps-gateway", token).fails("token"))
        let other = settings.merging(["GATEWAY_TOKEN": try stack.variable("HTTVPS_ADMIN_TOKEN")]) { $1 }
        #expect(try await report("httvps-gateway", other).fails("token"))
        let away = settings.merging(["BACKEND_BASE_URL": "http://127.0.0.1:\(try LoopbackPort.free())"]) { $1 }
        #expect(try await report("httvps-gateway", away).fails("backend"))
        let taken = settings.merging(["GATEWAY_METRICS_ADDR": "127.0.0.1:\(try LoopbackPort.free())"]) { $1 }
        #expect(try await report("httvps-gateway", taken).fails("port"))
        let pair = try await SiteCertificate.make()
        let mixed = settings.merging(["GATEWAY_TLS_KEY_PATH": pair.key]) { $1 }
        #expect(try await report("httvps-gateway", mixed).fails("certificate"))
        let soon = settings.merging([
            "GATEWAY_TLS_CERT_PATH": pair.certificate, "GATEWAY_TLS_KEY_PATH": pair.key,
        ]) { $1 }
        #expect(try await report("httvps-gateway", soon).states["certificate"] == "warn")
    }

    private static func report(
        _ program: String, _ settings: [String: String], _ options: [String] = []
    ) async throws -> Report {
        let folder = try ServiceFolder()
        try folder.write(settings.map { "\($0)='\($1)'" })
        let table = try folder.start(program, ["doctor"] + options)
        let process = try folder.start(program, ["doctor", "--json"] + options)
        let status = try await process.waitUntilExit(within: .seconds(120))
        #expect(try await table.waitUntilExit(within: .seconds(120)) == status)
        let object = try JSONSerialization.jsonObject(with: Data(process.output.utf8)) as? [String: Any]
        let checks = object?["checks"] as? [[String: String]] ?? []
        let states = Dictionary(checks.map { ($0["check"] ?? "", $0["state"] ?? "") }, uniquingKeysWith: { $1 })
        #expect(object?["ok"] as? Bool == (status == 0))
        return Report(status: status, states: states, text: table.output)
    }

    private static func backendSettings(of stack: LocalStack) throws -> [String: String] {
        let url = try #require(URL(string: try stack.variable("HTTVPS_BACKEND_URL")))
        let metrics = try #require(URL(string: try stack.variable("HTTVPS_BACKEND_METRICS_URL")))
        return [
            "BACKEND_DB_DSN": try stack.variable("BACKEND_DB_DSN"),
            "BACKEND_SECRET_KEY": try stack.kept("BACKEND_SECRET_KEY", in: "secrets"),
            "BACKEND_PORT": String(url.port ?? 0), "BACKEND_METRICS_ADDR": "127.0.0.1:\(metrics.port ?? 0)",
            "BACKEND_MIGRATIONS_DIR": PostgresFixture.migrationsPath,
        ]
    }

    private static func gatewaySettings(of stack: LocalStack) throws -> [String: String] {
        let url = try #require(URL(string: try stack.variable("HTTVPS_GATEWAY_URL")))
        let metrics = try #require(URL(string: try stack.variable("HTTVPS_GATEWAY_METRICS_URL")))
        let folder = stack.directory.path
        return [
            "GATEWAY_LISTEN_ADDR": "127.0.0.1:\(url.port ?? 0)", "GATEWAY_STATE_DIR": "\(folder)/gateway",
            "GATEWAY_METRICS_ADDR": "127.0.0.1:\(metrics.port ?? 0)",
            "GATEWAY_TLS_CERT_PATH": "\(folder)/certs/cert.pem", "GATEWAY_TLS_KEY_PATH": "\(folder)/certs/key.pem",
            "BACKEND_BASE_URL": try stack.variable("HTTVPS_BACKEND_URL"),
            "GATEWAY_PUBLIC_URL": try stack.variable("HTTVPS_GATEWAY_URL"),
            "GATEWAY_NODE_ID": try stack.kept("HTTVPS_GATEWAY_ID", in: "seed"),
            "GATEWAY_TOKEN": try stack.variable("HTTVPS_GATEWAY_TOKEN"),
        ]
    }
}

extension LocalStack {
    func kept(_ name: String, in file: String) throws -> String {
        let text = try String(contentsOf: directory.appendingPathComponent(file), encoding: .utf8)
        let line = text.split(separator: "\n").first { $0.hasPrefix("\(name)=") }
        guard let line else { throw Failure(description: "\(file) lacks \(name)") }
        return String(line.dropFirst(name.count + 1))
    }
}
