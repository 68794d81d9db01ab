import Foundation
import HTTVPSObservability
import HTTVPSTestSupport
import Testing

@Suite("Logs at level trace", .serialized)
struct LogSecrecyTests {
    private static let payload = "payload-that-no-log-may-show"
    private static let hosts = [
        "hidden-target.example.net", "hidden-target.internal", "10.77.31.9", HiddenSite.address,
    ]

    @Test("of both services follow the schema, and show no token, key, payload or target host, whatever goes wrong")
    func nothingShows() async throws {
        let forbidden = ForbiddenTexts()
        forbidden.forbid(Self.payload, as: "payload")
        for host in Self.hosts { forbidden.forbid(host, as: "target") }
        let settings = ["BACKEND_LOG_LEVEL": "trace", "GATEWAY_LOG_LEVEL": "trace"]
        let site = try await HiddenSite.start(["\(Self.payload).txt": Data(Self.payload.utf8)])
        try await LocalStack.running(settings: settings) { stack in
            try Self.forbidSecrets(of: stack, forbidden)
            try await Self.useTunnel(stack, site)
            try await Self.useCredentials(stack, forbidden)
            try await Self.sendMalformedFrames(stack, forbidden)
            try await Self.breakThings(stack, site)
            for service in ["backend", "gateway"] { try Self.judge(service, stack, forbidden) }
        }
        await site.stop()
        #expect(forbidden.count > 15)
    }

    @Test("are searched for each text in the clear, as hexadecimal and as base64")
    func control() {
        let forbidden = ForbiddenTexts()
        forbidden.forbid("hidden-target", as: "target")
        for line in ["a hidden-target b", "68696464656e2d746172676574", "aGlkZGVuLXRhcmdldA=="] {
            #expect(forbidden.found(in: line).count == 1, "\(line)")
        }
        #expect(forbidden.found(in: "a hidden target").isEmpty)
    }

    private static func forbidSecrets(of stack: LocalStack, _ forbidden: ForbiddenTexts) throws {
        for name in ["HTTVPS_ADMIN_TOKEN", "HTTVPS_GATEWAY_TOKEN", "HTTVPS_DEVICE_TOKEN", "BACKEND_DB_DSN"] {
            forbidden.forbid(try stack.variable(name), as: name)
        }
        let secrets = try String(contentsOf: stack.directory.appendingPathComponent("secrets"), encoding: .utf8)
        for line in secrets.split(separator: "\n") {
            let pair = line.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { forbidden.forbid(String(pair[1]), as: String(pair[0])) }
        }
    }

    private static func useTunnel(_ stack: LocalStack, _ site: HiddenSite) async throws {
        let answer = try await stack.untilReached(site.url("\(payload).txt"))
        #expect(answer.text == payload)
        _ = try await stack.throughHTTPProxy(site.url(""), ["-d", payload])
        for host in hosts.dropLast() { _ = try await stack.throughSocks("http://\(host):8080/", ["--max-time", "8"]) }
        _ = try await stack.throughSocks("http://\(HiddenSite.address):9/", ["--max-time", "8"])
    }

    private static func useCredentials(_ stack: LocalStack, _ forbidden: ForbiddenTexts) async throws {
        let url = try stack.variable("HTTVPS_BACKEND_URL")
        let device = try await stack.create(
            "devices", #"{"user_id":"\#(try stack.variable("HTTVPS_USER_ID"))","name":"spare"}"#)
        forbidden.forbid(everySecretOf: device)
        let code = try #require(device["enrollment_code"] as? String)
        let json = ["Content-Type: application/json"]
        let enrolled = try await Curl.run(
            ["\(url)/api/v1/auth/enroll", "-d", #"{"enrollment_code":"\#(code)"}"#], headers: json)
        let members = try #require(try JSONSerialization.jsonObject(with: enrolled.body) as? [String: Any])
        forbidden.forbid(everySecretOf: members)
        for wrong in ["hva_wrong-operator-token-0000000000000000000000000", "hvr_wrong-refresh-token"] {
            forbidden.forbid(wrong, as: "wrong token")
            _ = try await Curl.run(
                ["\(url)/api/v1/admin/users?cursor=\(wrong)", "-d", #"{"email":"\#(wrong)""#],
                headers: json + ["Authorization: Bearer \(wrong)"])
            _ = try await Curl.run(
                ["\(url)/api/v1/auth/refresh", "-d", #"{"refresh_token":"\#(wrong)"}"#], headers: json)
            _ = try await Curl.run(["\(url)/\(wrong)"], headers: ["Cookie: \(wrong)"])
        }
    }

    private static func sendMalformedFrames(_ stack: LocalStack, _ forbidden: ForbiddenTexts) async throws {
        let port = try stack.variable("HTTVPS_GATEWAY_URL").split(separator: ":")[2].prefix { $0 != "/" }
        let client = StrayClient(port: try #require(Int(port)))
        let wrong = "wrong-device-token-that-no-log-may-show"
        forbidden.forbid(wrong, as: "wrong device token")
        let device = try stack.variable("HTTVPS_DEVICE_ID")
        func hello(_ token: String) -> String {
            #"text {"type":"hello","version":1,"device_id":"\#(device)","token":"\#(token)","client_version":"t/1"}"#
        }
        let refused = try await client.say([hello(wrong)])
        #expect(refused.contains("invalid_token"), "\(refused)")
        _ = try await client.say(["text {\"type\":\"\(payload)\",\"token\":\"\(wrong)\""])
        _ = try await client.say(["binary \(payload)"])
        let token = try stack.variable("HTTVPS_DEVICE_TOKEN")
        for frame in [
            #"{"type":"\#(payload)","stream_id":"\#(payload)"}"#, #"{"type":"stream_data","stream_id":"#,
            #"{"type":"stream_open","stream_id":1,"target":"\#(hosts[0]):\#(payload)"}"#,
            #"{"type":"stream_open","stream_id":1,"target":"\#(hosts[1]):443","data":"\#(payload)"}"#,
        ] {
            let answer = try await client.say([hello(token), "text \(frame)"])
            #expect(answer.contains("auth_result"), "\(answer)")
        }
        _ = try await client.say([hello(token), "binary \(payload)"])
    }

    private static func breakThings(_ stack: LocalStack, _ site: HiddenSite) async throws {
        for name in ["node", "postgres", "backend"] {
            try await stack.kill(name)
            _ = try await stack.throughSocks(site.url("\(payload).txt"), ["--max-time", "8"])
        }
        try await stack.kill("client")
        #expect(try await stack.untilReached(site.url("\(payload).txt")).text == payload)
        try await stack.kill("gateway", with: SIGTERM)
        #expect(try await stack.untilReached(site.url("\(payload).txt")).text == payload)
    }

    private static func judge(_ service: String, _ stack: LocalStack, _ forbidden: ForbiddenTexts) throws {
        let file = stack.directory.appendingPathComponent("log/\(service).log")
        let (lines, strays) = try LogLine.all(in: file)
        #expect(lines.contains { $0.level == "debug" } && lines.contains { $0.level == "trace" }, "\(service)")
        #expect(strays.filter { !$0.hasPrefix("applied ") } == [])
        let keys = Set(LogKey.allCases.map(\.rawValue))
        #expect(lines.filter { !$0.follows(schemaOf: "httvps-\(service)", keys: keys) }.map(\.text) == [])
        #expect(Array(lines.map(\.text) + strays).flatMap(forbidden.found(in:)) == [])
    }
}
