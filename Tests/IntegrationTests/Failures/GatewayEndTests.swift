import Foundation
import HTTVPSTestSupport
import Testing

@Suite("A gateway that is told to end while it is busy", .serialized)
struct GatewayEndTests {
    @Test("SIGTERM waits for a download up to its grace, a second signal for nothing; both exit 0, no byte is lost")
    func ends() async throws {
        let target = try await CountingTarget.start(port: try LoopbackPort.free())
        let settings = ["GATEWAY_DRAIN_GRACE": "3s"]
        try await LocalStack.runningBehindCountingNode(settings: settings) { stack, node in
            let files = try CounterFiles(of: stack)
            for signals in [1, 2] {
                async let download = stack.throughSocks(target.downloadURL(bytes: 1 << 28), ["--limit-rate", "1M"])
                try await stack.waitUntilStreaming()
                files.keep()
                let gateway = try stack.processID(of: "gateway")
                for _ in 0..<signals {
                    Foundation.kill(gateway, SIGTERM)
                    try await Task.sleep(for: .milliseconds(500))
                }
                #expect(try await Poll.until(within: .seconds(60)) { (try? stack.processID(of: "gateway")) != gateway })
                let cut = try await download
                #expect(cut.status != 0 && cut.bytesReceived > 0)
                let again = try await stack.untilReached(target.downloadURL(bytes: 100_000))
                #expect(again.status == 0, "\(again.complaint)")
            }
            #expect(try stack.ends(of: "gateway") == [0, 0])
            let counted = try await files.settled(in: stack)
            #expect(counted.up == node.seen.moved.up)
            #expect(counted.down <= node.seen.moved.down)
            #expect(counted.down >= node.seen.moved.down - 2 * SocketBuffers.mostDownPerStream)
        }
        try await target.stop()
    }
}
