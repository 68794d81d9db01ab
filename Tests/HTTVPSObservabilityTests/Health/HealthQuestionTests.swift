import HTTVPSObservability
import NIOCore
import NIOPosix
import Testing

struct HealthQuestionTests {
    private func error(_ answer: String?, patience: Duration = .seconds(20)) async throws -> HealthError? {
        try await FixedAnswer.with(answer) { port, _ in
            do throws(HealthError) {
                try await HealthQuestion(host: "127.0.0.1", port: port, path: "/readyz", patience: patience).ask()
                return nil
            } catch {
                return error
            }
        }
    }

    @Test("A service that answers 200 is well, and is asked for the path that was named")
    func well() async throws {
        let question = try await FixedAnswer.with("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}") { port, questions in
            try await HealthQuestion(host: "127.0.0.1", port: port, path: "/livez").ask()
            return await questions.first { _ in true }
        }
        #expect(question?.hasPrefix("GET /livez HTTP/1.1\r\n") == true)
        #expect(question?.contains("connection: close\r\n") == true)
    }

    @Test("A listener on every address is asked on loopback")
    func anyAddress() async throws {
        try await FixedAnswer.with("HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n", host: "127.0.0.1") { port, _ in
            try await HealthQuestion(host: "0.0.0.0", port: port, path: "/readyz").ask()
        }
    }

    @Test("A service that refuses work is unwell, and its words are passed on up to 4 KiB")
    func unwell() async throws {
        let text = String(repeating: "x", count: 5_000)
        let error = try await error("HTTP/1.1 503 No\r\ncontent-length: 5000\r\n\r\n\(text)")
        #expect(error?.code == .unwell)
        #expect(error?.message.contains("/readyz answers 503 xxx") == true)
        #expect(error?.message.count { $0 == "x" } == 4_096)
    }

    @Test("Silence, an early end, words that are not HTTP and a closed port are no answer")
    func unreachable() async throws {
        #expect(try await error(nil, patience: .milliseconds(200))?.code == .unreachable)
        #expect(try await error("")?.code == .unreachable)
        #expect(try await error("SSH-2.0-x\r\n")?.code == .unreachable)
        let port = try await FixedAnswer.with("") { port, _ in port }
        await #expect(throws: HealthError.self) {
            try await HealthQuestion(host: "127.0.0.1", port: port, path: "/livez").ask()
        }
    }
}
