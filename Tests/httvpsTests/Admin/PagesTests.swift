import HTTVPSTestSupport
import Testing

@testable import httvps

@Suite("Pages of a list")
struct PagesTests {
    @Test("that come round again end with an error instead of going on for ever")
    func endless() async throws {
        let script: ScriptedBackend.Script = { _, number in
            .answer(200, body: #"{"items":[{"id":"a"}],"next_cursor":"\#(number % 2)"}"#)
        }
        try await ScriptedBackend.serving(script) { server in
            try await BackendClient.talking(to: server.address, authority: nil) { client in
                let backend = AdminBackend(client: client, token: nil)
                let failure = await #expect(throws: ExitStatus.Failure.self) {
                    _ = try await Pages(path: "users", query: [], all: true).fetch(from: backend)
                }
                #expect(failure?.message.contains("no end") == true && server.requests.count == 3)
                let one = try await Pages(path: "users", query: [], all: false).fetch(from: backend)
                #expect(one.items.count == 1)
            }
        }
    }
}
