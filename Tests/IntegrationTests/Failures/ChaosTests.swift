import Foundation
import HTTVPSTestSupport
import Testing

@Suite("Everything is killed, again and again, under load", .serialized)
struct ChaosTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["HTTVPS_CHAOS_SECONDS"].flatMap(Int.init) ?? 15

    @Test("Whatever is killed recovers, the backend has exactly what the gateways counted, and ends differ by buffers")
    func killedInALoop() async throws {
        let target = try await CountingTarget.start(port: try LoopbackPort.free())
        try await LocalStack.runningBehindCountingNode { stack, node in
            let files = try CounterFiles(of: stack)
            let load = ChaosLoad(stack: stack, target: target)
            let victims = ["gateway", "backend", "node", "postgres"].map { ($0, SIGKILL) }
            async let killing: Int = Self.kill(victims, in: stack, keeping: files, under: load)
            var outcome = try await load.run()
            let kills = try await killing
            outcome.add(try await load.last())
            #expect(outcome.whole > 0)
            let counted = try await files.settled(in: stack)
            let up = target.received...(node.seen.moved.up + Int64(outcome.cut) * SocketBuffers.mostUpPerStream)
            let least = node.seen.moved.down - Int64(outcome.cut) * SocketBuffers.mostDownPerStream
            #expect(up.contains(counted.up), "up: \(counted.up) is not in \(up)")
            #expect(outcome.curl.down <= counted.down && counted.down <= node.seen.moved.down)
            #expect(counted.down >= least, "down: \(counted.down) is below \(least)")
            print("\(kills) kills, \(files.epochs) gateways, \(outcome), counted \(counted), node \(node.seen)")
        }
        try await target.stop()
    }

    @Test("Backend and PostgreSQL killed, gateways drained: usage is what the node got and gave, to the byte")
    func exactWithoutKilledGateways() async throws {
        let target = try await CountingTarget.start(port: try LoopbackPort.free())
        try await LocalStack.runningBehindCountingNode(settings: ["GATEWAY_DRAIN_GRACE": "60s"]) { stack, node in
            let files = try CounterFiles(of: stack)
            let load = ChaosLoad(stack: stack, target: target)
            let victims = [("backend", SIGKILL), ("gateway", SIGTERM), ("postgres", SIGKILL), ("gateway", SIGTERM)]
            async let killing: Int = Self.kill(victims, in: stack, keeping: files, under: load)
            var outcome = try await load.run()
            let kills = try await killing
            outcome.add(try await load.last())
            let counted = try await files.settled(in: stack)
            #expect(counted == node.seen.moved)
            #expect(counted.up == target.received && counted.down == outcome.curl.down)
            #expect(node.seen.unreadable == 0)
            #expect(try stack.ends(of: "gateway").allSatisfy { $0 == 0 })
            print("\(kills) ends, \(files.epochs) gateways, \(outcome), counted \(counted), node \(node.seen)")
        }
        try await target.stop()
    }

    @Test("A gateway that stands still under a transfer costs a pause, not a byte")
    func standsStill() async throws {
        let pause = Self.seconds >= 60 ? 20 : 5
        let file = FileSite.noise(16 << 20)
        try await FileSite.serving(["file.bin": file]) { site in
            try await LocalStack.running { stack in
                async let download = stack.throughSocks(site.url("file.bin"), ["--limit-rate", "4M"])
                try await stack.waitUntilStreaming()
                let gateway = try stack.processID(of: "gateway")
                Foundation.kill(gateway, SIGSTOP)
                try await Task.sleep(for: .seconds(pause))
                Foundation.kill(gateway, SIGCONT)
                let answer = try await download
                #expect(answer.status == 0, "\(answer.complaint)")
                #expect(answer.body == file)
                var moved = MovedBytes()
                moved.add(answer)
                #expect(try await stack.waitUntilCounted(moved) == moved)
            }
        }
    }

    private static func kill(
        _ victims: [(name: String, signal: Int32)], in stack: LocalStack, keeping files: CounterFiles,
        under load: ChaosLoad
    ) async throws -> Int {
        defer { load.end() }
        let deadline = ContinuousClock.now + .seconds(Self.seconds)
        var kills = 0
        while kills < victims.count || ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(Int.random(in: 1_500...3_500)))
            let victim = victims[kills % victims.count]
            files.keep()
            try await stack.kill(victim.name, with: victim.signal)
            kills += 1
        }
        return kills
    }
}
