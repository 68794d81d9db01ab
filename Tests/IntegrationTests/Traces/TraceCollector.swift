import Foundation
import HTTVPSTestSupport

struct TraceCollector: Sendable {
    struct Span {
        var service: String
        var name: String
        var traceID: String
        var spanID: String
        var parentSpanID: String?
        var attributes: [String: String]
    }

    private static let script = """
        import http.server, sys
        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["content-length"]))
                with open(sys.argv[2], "ab") as file:
                    file.write(f"{self.path} {self.headers['x-scope']} ".encode() + body + b"\\n")
                self.send_response(200)
                self.end_headers()
            def log_message(self, *_): pass
        http.server.ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
        """

    let process: ChildProcess
    let file: URL
    let port: Int

    static func start() async throws -> TraceCollector {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-traces-\(UUID())")
        let port = try LoopbackPort.free()
        let process = try ChildProcess(
            executable: "/usr/bin/env", arguments: ["python3", "-c", script, String(port), file.path])
        try await process.waitUntilListening(on: port)
        return TraceCollector(process: process, file: file, port: port)
    }

    var text: String { (try? String(contentsOf: file, encoding: .utf8)) ?? "" }

    func spans() throws -> [Span] {
        try text.split(separator: "\n").flatMap { line in
            let parts = line.split(separator: " ", maxSplits: 2)
            guard parts.count == 3, parts[0] == "/v1/traces", parts[1] == "seven",
                let document = try JSONSerialization.jsonObject(with: Data(parts[2].utf8)) as? [String: Any]
            else { throw LocalStack.Failure(description: "the collector got \(line)") }
            return (document["resourceSpans"] as? [[String: Any]] ?? []).flatMap(Self.spans)
        }
    }

    func stop() async {
        await process.terminate()
        try? FileManager.default.removeItem(at: file)
    }

    private static func spans(of resource: [String: Any]) -> [Span] {
        let service = attributes((resource["resource"] as? [String: Any]) ?? [:])["service.name"] ?? ""
        return (resource["scopeSpans"] as? [[String: Any]] ?? []).flatMap { scope in
            (scope["spans"] as? [[String: Any]] ?? []).map { span in
                Span(
                    service: service, name: span["name"] as? String ?? "", traceID: span["traceId"] as? String ?? "",
                    spanID: span["spanId"] as? String ?? "", parentSpanID: span["parentSpanId"] as? String,
                    attributes: attributes(span))
            }
        }
    }

    private static func attributes(_ object: [String: Any]) -> [String: String] {
        let listed = object["attributes"] as? [[String: Any]] ?? []
        return listed.reduce(into: [:]) { members, attribute in
            let value = attribute["value"] as? [String: String] ?? [:]
            members[attribute["key"] as? String ?? ""] = value["stringValue"] ?? value["intValue"]
        }
    }
}
