import Foundation
import HTTVPSTestSupport

struct CurlAnswer: Sendable {
    var status: Int32
    var body: Data
    var headers: String
    var bytesSent: Int64
    var downloaded: Int64
    var complaint: String

    var bytesReceived: Int64 { Int64(headers.utf8.count) + downloaded }

    var text: String { String(decoding: body, as: UTF8.self) }
}

enum Curl {
    private static let figures = "\n%{size_request} %{size_upload} %{size_download}"

    static func run(_ arguments: [String], headers: [String] = [], within limit: Duration = .seconds(180)) async throws
        -> CurlAnswer
    {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent("curl-\(UUID())")
        let headerFile = file.appendingPathExtension("headers")
        let answerHeaders = file.appendingPathExtension("answer")
        try headers.joined(separator: "\n").write(to: headerFile, atomically: true, encoding: .utf8)
        defer {
            try? FileManager.default.removeItem(at: file)
            try? FileManager.default.removeItem(at: headerFile)
            try? FileManager.default.removeItem(at: answerHeaders)
        }
        let curl = try ChildProcess(
            executable: "/usr/bin/curl",
            arguments: [
                "-sS", "-H", "@\(headerFile.path)", "-o", file.path, "-D", answerHeaders.path, "-w", Self.figures,
            ] + arguments)
        let status = try await curl.waitUntilExit(within: limit)
        let figures = curl.output.split(separator: "\n").last?.split(separator: " ").compactMap { Int64($0) } ?? []
        return CurlAnswer(
            status: status, body: (try? Data(contentsOf: file)) ?? Data(),
            headers: (try? String(contentsOf: answerHeaders, encoding: .utf8)) ?? "",
            bytesSent: figures.count == 3 ? figures[0] + figures[1] : 0,
            downloaded: figures.count == 3 ? figures[2] : 0, complaint: curl.output)
    }
}

extension LocalStack {
    func admin(_ path: String) async throws -> [String: Any] {
        let answer = try await Curl.run(
            ["\(try variable("HTTVPS_BACKEND_URL"))/api/v1/admin/\(path)"],
            headers: ["Authorization: Bearer \(try variable("HTTVPS_ADMIN_TOKEN"))"])
        let object = try JSONSerialization.jsonObject(with: answer.body)
        guard let members = object as? [String: Any] else {
            throw Failure(description: "\(path) answered \(answer.text)")
        }
        return members
    }

    func gatewayGauge(_ name: String) async throws -> Double {
        let answer = try await Curl.run([try variable("HTTVPS_GATEWAY_METRICS_URL")])
        let line = answer.text.split(separator: "\n").first { $0.hasPrefix("\(name) ") || $0.hasPrefix("\(name){") }
        guard let value = line?.split(separator: " ").last.flatMap({ Double($0) }) else {
            throw Failure(description: "no metric \(name)")
        }
        return value
    }

    func waitUntilGauge(_ name: String, is expected: Double) async throws -> Bool {
        try await Poll.until(within: .seconds(60), every: .milliseconds(200)) {
            (try? await gatewayGauge(name)) == expected
        }
    }

    func throughSocks(_ url: String, _ options: [String] = []) async throws -> CurlAnswer {
        try await Curl.run(["--socks5-hostname", try variable("HTTVPS_SOCKS"), url] + options)
    }

    func throughHTTPProxy(_ url: String, _ options: [String] = []) async throws -> CurlAnswer {
        try await Curl.run(
            [
                "--proxytunnel", "--suppress-connect-headers", "--proxy", "http://\(try variable("HTTVPS_HTTP_PROXY"))",
                url,
            ] + options)
    }
}
