import Foundation
import HTTVPSTestSupport
import Testing

@Suite("Everything is killed, again and again, under load", .serialized)
struct ChaosTests {
    private static let seconds =
        ProcessInfo.processInfo.environment["HTTVPS_CHAOS_SECONDS"].flatMap(Int.init) ?? 20
    private static let victims = ["gateway", "backend", "node", "postgres"]

    @Test("Whatever is killed, all recovers by itself, and usage lies between what both ends of the tunnel saw")
    func killedInALoop() async throws {
        let target = try await CountingTarget.start(port: try LoopbackPort.free())
        try await LocalStack.running { stack in
            let upload = stack.directory.appendingPathComponent("upload.bin")
            try FileSite.noise(1 << 20).write(to: upload)
            let deadline = ContinuousClock.now + .seconds(Self.seconds)
            let loads = [
                [target.downloadURL(bytes: 4 << 20), "--limit-rate", "8M"],
                [target.downloadURL(bytes: 0), "-H", "Expect:", "--data-binary", "@\(upload.path)"],
                [target.downloadURL(bytes: 64 << 10)],
            ]
            async let killing: Int = Self.kill(in: stack, until: deadline)
            var moved = try await Self.transfer(loads, through: stack, until: deadline)
            let kills = try await killing
            #expect(kills >= 3)
            let last = try await stack.untilReached(target.downloadURL(bytes: 100_000))
            #expect(last.status == 0, "nothing goes through any more: \(last.complaint)")
            moved.curl.add(last)
            #expect(moved.finished > 0)
            let bounds = UsageBounds(
                up: target.received...max(target.received, moved.curl.up),
                down: moved.curl.down...max(moved.curl.down, target.offered))
            let counted = try await stack.waitUntilSettled(in: bounds)
            #expect(bounds.up.contains(counted.up), "up: \(counted.up) is not in \(bounds.up)")
            #expect(bounds.down.contains(counted.down), "down: \(counted.down) is not in \(bounds.down)")
            print("\(kills) kills, \(moved.finished) transfers whole; counted \(counted) in \(bounds)")
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

    private static func kill(in stack: LocalStack, until deadline: ContinuousClock.Instant) async throws -> Int {
        var kills = 0
        while ContinuousClock.now < deadline {
            try await Task.sleep(for: .milliseconds(Int.random(in: 1_500...3_500)))
            try await stack.kill(victims[kills % victims.count])
            kills += 1
        }
        return kills
    }

    private static func transfer(
        _ loads: [[String]], through stack: LocalStack, until deadline: ContinuousClock.Instant
    ) async throws -> (curl: MovedBytes, finished: Int) {
        try await withThrowingTaskGroup(of: (MovedBytes, Int).self) { group in
            for load in loads {
                group.addTask {
                    var (moved, finished) = (MovedBytes(), 0)
                    while ContinuousClock.now < deadline {
                        let answer = try await stack.throughSocks(load[0], Array(load.dropFirst()))
                        moved.add(answer)
                        if answer.status == 0 { finished += 1 } else { try await Task.sleep(for: .milliseconds(200)) }
                    }
                    return (moved, finished)
                }
            }
            return try await group.reduce(into: (MovedBytes(), 0)) { sum, part in
                sum.0.up += part.0.up
                sum.0.down += part.0.down
                sum.1 += part.1
            }
        }
    }
}

struct UsageBounds: Sendable {
    var up: ClosedRange<Int64>
    var down: ClosedRange<Int64>

    func contain(_ counted: MovedBytes) -> Bool { up.contains(counted.up) && down.contains(counted.down) }
}

extension LocalStack {
    func waitUntilSettled(in bounds: UsageBounds) async throws -> MovedBytes {
        var counted = MovedBytes()
        _ = try await Poll.until(within: .seconds(120), every: .milliseconds(500)) {
            let pending = (try? await gatewayGauge("httvps_gateway_usage_pending_sessions")) ?? 1
            counted = (try? await countedBytes()) ?? counted
            return pending == 0 && bounds.contain(counted)
        }
        return counted
    }
}
