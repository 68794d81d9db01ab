import Foundation
import HTTVPSObservability
import Logging
import Testing

struct LogHandlerTests {
    private struct Captured {
        let pipe = Pipe()

        var output: LogOutput { LogOutput(descriptor: pipe.fileHandleForWriting.fileDescriptor) }

        func text() throws -> String {
            try pipe.fileHandleForWriting.close()
            return String(decoding: try pipe.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
        }
    }

    private func lines(_ format: LogFormat, _ write: (Logger) -> Void) throws -> [String] {
        let captured = Captured()
        write(Bootstrap.logger(label: "gateway", level: .info, format: format, output: captured.output))
        return try captured.text().split(separator: "\n", omittingEmptySubsequences: false).dropLast().map(String.init)
    }

    @Test("A JSON line has time, level, message and the typed keys")
    func json() throws {
        let lines = try lines(.json) { logger in
            logger.with([.sessionID: "ses_1"]).warning(
                "it \"broke\"\n\u{1}",
                metadata: .fields([.outcome: "failed", .count: .number(3), .nodeID: .array(["a", .text(7)])]))
            logger.debug("below the level")
        }
        #expect(lines.count == 1)
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(object["level"] as? String == "warning")
        #expect(object["logger"] as? String == "gateway")
        #expect(object["message"] as? String == "it \"broke\"\n\u{1}")
        #expect(object["session_id"] as? String == "ses_1")
        #expect(object["count"] as? Int == 3)
        #expect(object["node_id"] as? [String] == ["a", "7"])
        let time = try #require(object["time"] as? String)
        #expect(time.wholeMatch(of: /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/) != nil)
    }

    @Test("A key of ours that a caller uses too does not hide the message")
    func reserved() throws {
        let lines = try lines(.json) {
            $0.info("real", metadata: ["message": "other", "flag": .stringConvertible(true)])
        }
        let object = try #require(
            try JSONSerialization.jsonObject(with: Data(lines[0].utf8)) as? [String: Any])
        #expect(object["message"] as? String == "real")
        #expect(object["field_message"] as? String == "other")
        #expect(object["flag"] as? Bool == true)
    }

    @Test("A text line stays one line")
    func text() throws {
        let lines = try lines(.text) { $0.error("two\nlines", metadata: .fields([.code: "x\ny"])) }
        #expect(lines.count == 1)
        #expect(lines[0].hasSuffix(" ERROR gateway: two lines code=x y"))
    }

    @Test("Lines written at once from many tasks stay whole")
    func concurrent() async throws {
        let captured = Captured()
        let logger = Bootstrap.logger(label: "t", level: .info, format: .json, output: captured.output)
        let reader = Task { try captured.pipe.fileHandleForReading.readToEnd() ?? Data() }
        await withTaskGroup(of: Void.self) { group in
            for task in 0..<8 {
                group.addTask {
                    for _ in 0..<50 {
                        logger.info("\(String(repeating: "x", count: 5_000))", metadata: ["t": "\(task)"])
                    }
                }
            }
        }
        try captured.pipe.fileHandleForWriting.close()
        let lines = String(decoding: try await reader.value, as: UTF8.self).split(separator: "\n")
        #expect(lines.count == 400)
        #expect(lines.allSatisfy { $0.hasPrefix("{") && $0.hasSuffix("}") })
    }

    @Test("A secret prints as stars in every form")
    func secrets() throws {
        let secret = Secret("hunter2")
        #expect("\(secret)" == "***" && String(reflecting: secret) == "***" && secret.reveal() == "hunter2")
        var dumped = ""
        dump(secret, to: &dumped)
        #expect(!dumped.contains("hunter2"))
        let lines = try lines(.json) { $0.info("x", metadata: ["token": .stringConvertible(secret)]) }
        #expect(lines[0].contains(#""token":"***""#))
    }

    @Test(
        "Times are RFC 3339 in UTC",
        arguments: [
            (0, "1970-01-01T00:00:00.000Z"), (951_782_399_999, "2000-02-28T23:59:59.999Z"),
            (951_782_400_000, "2000-02-29T00:00:00.000Z"), (1_795_263_509_042, "2026-11-21T12:18:29.042Z"),
            (-1, "1969-12-31T23:59:59.999Z"),
        ])
    func times(milliseconds: Int64, text: String) {
        #expect(Timestamp(millisecondsSinceEpoch: milliseconds).description == text)
    }
}
