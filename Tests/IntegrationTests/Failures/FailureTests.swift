import Foundation
import HTTVPSTestSupport
import Testing

@Suite("Parts of the stack die in the middle of a transfer", .serialized)
struct FailureTests {
    private static let file = FileSite.noise(24 << 20)

    @Test("Backend and PostgreSQL may die: the running download goes on, new sessions come back, usage is exact")
    func controlPlaneDies() async throws {
        try await FileSite.serving(["file.bin": Self.file]) { site in
            try await LocalStack.running { stack in
                var moved = MovedBytes()
                for victim in ["backend", "postgres"] {
                    async let download = stack.throughSocks(site.url("file.bin"), ["--limit-rate", "6M"])
                    try await stack.waitUntilStreaming()
                    try await stack.kill(victim)
                    let answer = try await download
                    #expect(answer.status == 0, "\(victim): \(answer.complaint)")
                    #expect(answer.body == Self.file)
                    moved.add(answer)
                }
                #expect(try await stack.waitUntilCounted(moved, within: .seconds(150)) == moved)
                try await stack.kill("client")
                let again = try await stack.untilReached(site.url("file.bin"))
                #expect(again.body == Self.file)
            }
        }
    }

    @Test("The node dies: its streams end, the session stays, and later streams go through the node that came back")
    func nodeDies() async throws {
        try await FileSite.serving(["file.bin": Self.file]) { site in
            try await LocalStack.running { stack in
                async let download = stack.throughSocks(site.url("file.bin"), ["--limit-rate", "4M"])
                try await stack.waitUntilStreaming()
                try await stack.kill("node")
                let cut = try await download
                #expect(cut.status != 0)
                let again = try await stack.untilReached(site.url("file.bin"))
                #expect(again.body == Self.file)
                #expect(try await stack.gatewayGauge("httvps_gateway_sessions_active") == 1)
            }
        }
    }

    @Test("The gateway is killed right behind each transfer: the client comes back, and not a byte goes uncounted")
    func gatewayDies() async throws {
        try await FileSite.serving(["file.bin": Self.file]) { site in
            try await LocalStack.running { stack in
                var moved = MovedBytes()
                for _ in 0..<3 {
                    let answer = try await stack.untilReached(site.url("file.bin"))
                    #expect(answer.body == Self.file)
                    moved.add(answer)
                    try await stack.kill("gateway")
                }
                #expect(try await stack.waitUntilCounted(moved) == moved)
            }
        }
    }
}

extension LocalStack {
    func waitUntilStreaming() async throws {
        let streaming = try await Poll.until(within: .seconds(60), every: .milliseconds(100)) {
            (try? await gatewayGauge("httvps_gateway_streams_active")) ?? 0 > 0
        }
        #expect(streaming, "no stream began")
    }

    func untilReached(_ url: String) async throws -> CurlAnswer {
        var answer = try await throughSocks(url)
        _ = try await Poll.until(within: .seconds(120), every: .milliseconds(500)) {
            if answer.status == 0 { return true }
            answer = try await throughSocks(url)
            return answer.status == 0
        }
        return answer
    }
}
