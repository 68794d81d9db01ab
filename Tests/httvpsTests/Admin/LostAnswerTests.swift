import Foundation
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import httvps

@Suite("An answer that is lost")
struct LostAnswerTests {
    private let patience = Patience(pause: .milliseconds(1))
    private let key = IdempotencyKey("key-1")

    private func asking(
        _ script: @escaping ScriptedBackend.Script,
        _ body: @escaping @Sendable (AdminBackend, ScriptedBackend) async throws -> Void
    ) async throws {
        try await ScriptedBackend.serving(script) { server in
            try await BackendClient.talking(to: server.address, authority: nil) { client in
                try await body(AdminBackend(client: client, token: "hva_x", patience: patience), server)
            }
        }
    }

    @Test("of a creation is asked for again with the same key and body, so that its secret is not lost")
    func creation() async throws {
        try await asking({ _, number in
            number == 1
                ? .loss
                : .answer(201, headers: ["Idempotency-Replayed": "true"], body: #"{"id":"gw_1","token":"hvg_x"}"#)
        }) { backend, server in
            let answer = try await backend.create("gateway-nodes", body: Data(#"{"name":"a"}"#.utf8), key: key)
            #expect(answer.object["token"] == .text("hvg_x") && !answer.isReplay)
            #expect(server.requests.count == 2 && server.requests[0] == server.requests[1])
            #expect(server.requests[0].headers["idempotency-key"] == "key-1")
        }
    }

    @Test("of a reading is asked for again")
    func reading() async throws {
        try await asking({ _, number in number < 3 ? .loss : .answer(200) }) { backend, server in
            _ = try await backend.read("users", "usr_1")
            #expect(server.requests.count == 3)
        }
    }

    @Test(
        "for good is told with the key to repeat it with",
        arguments: [
            ScriptedBackend.Reply.loss, .answer(502), .answer(500, body: "x"),
            .answer(201, body: #"{"id":"usr_1","tok"#),
            .answer(201, body: ""), .answer(200, body: "<html>"), .answer(204, body: ""), .answer(201, body: "{}"),
        ])
    func creationLostForGood(reply: ScriptedBackend.Reply) async throws {
        try await asking({ _, _ in reply }) { backend, server in
            let failure = await #expect(throws: ExitStatus.Failure.self) {
                _ = try await backend.create("users", body: Data("{}".utf8), key: key)
            }
            #expect(failure?.status == .unreachable && server.requests.count == 3)
            #expect(failure?.message.contains("may have been done") == true)
            #expect(failure?.message.contains("--idempotency-key=key-1") == true)
        }
    }

    @Test("that broke on its way is asked for again")
    func brokenCreation() async throws {
        try await asking({ _, number in
            number == 1
                ? .answer(201, body: #"{"id":"dev_1","enrol"#) : .answer(201, body: #"{"id":"dev_1","x":"code"}"#)
        }) { backend, server in
            let answer = try await backend.create("devices", body: Data("{}".utf8), key: key)
            #expect(answer.object["x"] == .text("code") && !answer.isReplay && server.requests.count == 2)
        }
    }

    @Test("that never ends is given up in time, and what was sent may have been done")
    func endless() async throws {
        try await ScriptedBackend.serving({ _, _ in .beginning(201, body: #"{"id":"#) }) { server in
            try await BackendClient.talking(to: server.address, authority: nil, timeout: .milliseconds(200)) { client in
                let backend = AdminBackend(client: client, token: "hva_x", patience: patience)
                let failure = await #expect(throws: ExitStatus.Failure.self) {
                    _ = try await backend.create("users", body: Data("{}".utf8), key: key)
                }
                #expect(failure?.message.contains("no answer in time") == true, "\(failure?.message ?? "")")
                #expect(failure?.message.contains("--idempotency-key=key-1") == true)
            }
        }
    }

    @Test("with a fault of the backend's own names the key and is not asked for again")
    func internalFault() async throws {
        let problem = #"{"type":"about:blank","title":"x","status":500,"code":"internal_error"}"#
        try await asking({ _, _ in .answer(500, body: problem) }) { backend, server in
            let failure = await #expect(throws: ExitStatus.Failure.self) {
                _ = try await backend.create("users", body: Data("{}".utf8), key: key)
            }
            #expect(failure?.message.contains("--idempotency-key=key-1") == true && server.requests.count == 1)
        }
    }

    @Test(
        "of a change or a deletion is not asked for again, and where to look is said",
        arguments: [ScriptedBackend.Reply.loss, .answer(200, body: "<html>"), .answer(500, body: "")])
    func change(reply: ScriptedBackend.Reply) async throws {
        try await asking({ _, _ in reply }) { backend, server in
            let changed = await #expect(throws: ExitStatus.Failure.self) {
                _ = try await backend.change("users", "usr_1", body: Data("{}".utf8), ifMatch: "\"1\"")
            }
            let deleted = await #expect(throws: ExitStatus.Failure.self) {
                try await backend.delete("users", "usr_1", ifMatch: "\"1\"")
            }
            #expect(server.requests.map(\.method) == ["PATCH", "DELETE"])
            for failure in [changed, deleted] {
                #expect(failure?.message.contains("may have been done") == true)
                #expect(failure?.message.contains("httvps admin users show usr_1") == true)
            }
        }
    }

    @Test("is nothing of a sign-in, which is sent once", arguments: [ScriptedBackend.Reply.loss, .answer(429)])
    func signIn(reply: ScriptedBackend.Reply) async throws {
        try await asking({ _, _ in reply }) { backend, server in
            await #expect(throws: ExitStatus.Failure.self) {
                _ = try await backend.signIn(email: "a@example.org", password: "x")
            }
            #expect(server.requests.count == 1)
        }
    }

    @Test("was none where the backend could not be reached at all")
    func unreached() async throws {
        let port = try LoopbackPort.free()
        try await BackendClient.talking(to: "http://127.0.0.1:\(port)", authority: nil, timeout: .seconds(2)) {
            client in
            let backend = AdminBackend(client: client, token: nil, patience: patience)
            let failure = await #expect(throws: ExitStatus.Failure.self) {
                _ = try await backend.create("users", body: Data("{}".utf8), key: key)
            }
            #expect(failure?.status == .unreachable)
            #expect(failure?.message.contains("may have been done") == false, "\(failure?.message ?? "")")
        }
    }
}
