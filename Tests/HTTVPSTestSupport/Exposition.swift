import Foundation

package enum Exposition {
    private static let reader = """
        import sys
        from prometheus_client.openmetrics.parser import text_string_to_metric_families
        for family in text_string_to_metric_families(open(sys.argv[1]).read()):
            assert family.documentation, family.name
        """

    package static func faults(ofPrometheusPage text: String) async throws -> String {
        let page = try file(text)
        defer { try? FileManager.default.removeItem(at: page) }
        return try await output("/bin/sh", ["-c", "promtool check metrics <\"$0\" 2>&1", page.path])
    }

    package static func faults(ofOpenMetricsPage text: String) async throws -> String {
        let page = try file(text)
        defer { try? FileManager.default.removeItem(at: page) }
        return try await output("/usr/bin/python3", ["-c", reader, page.path])
    }

    private static func file(_ text: String) throws -> URL {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("page-\(UUID()).txt")
        try Data(text.utf8).write(to: url)
        return url
    }

    private static func output(_ executable: String, _ arguments: [String]) async throws -> String {
        let process = try ChildProcess(executable: executable, arguments: arguments)
        let status = try await process.waitUntilExit()
        return status == 0 ? process.output : "exit status \(status)\n\(process.output)"
    }
}
