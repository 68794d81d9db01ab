import HTTVPSShadowsocks
import HTTVPSTestSupport
import NIOCore
import NIOPosix
import Testing

@testable import HTTVPSBackend

@Suite("Trying out a new key")
struct CanaryTests {
    @Test("A verdict needs proof, and takes silence only when the old key gets no more")
    func verdicts() {
        #expect(CanaryVerdict(.proven, attempt: 1, hasOldKey: true) == .take)
        #expect(CanaryVerdict(.failed("x"), attempt: 9, hasOldKey: false) == .tryAgain("x"))
        for attempt in 1...2 {
            guard case .tryAgain = CanaryVerdict(.held, attempt: attempt, hasOldKey: false) else {
                Issue.record("silence was taken at attempt \(attempt)")
                continue
            }
        }
        #expect(CanaryVerdict(.held, attempt: 3, hasOldKey: false) == .takeUnproven)
        #expect(CanaryVerdict(.held, attempt: 3, hasOldKey: true) == .compareWithOldKey)
        #expect(CanaryVerdict(besideOldKey: .held) == .takeUnproven)
        guard case .tryAgain = CanaryVerdict(besideOldKey: .proven) else {
            Issue.record("a key that works less than the old one was taken")
            return
        }
    }

    @Test("A real node proves its own key, and never proves another one")
    func realNode() async throws {
        let node = try await ShadowsocksServer.start(password: "right")
        try await FakeShadowbox.run { server in
            let address = try ManagementAddress(url: server.url, certificateHash: server.certificateHash)
            var canary = KeyCanary(tls: try ManagementConnection.context())
            canary.patience = .seconds(20)
            var key = OutlineKey(
                host: "127.0.0.1", port: Int64(node.port), method: node.method, password: "right")
            #expect(try await canary.outcome(of: key, of: address) == .proven)
            key.password = "wrong"
            canary.patience = .milliseconds(500)
            #expect(try await canary.outcome(of: key, of: address) != .proven)
            key.port = Int64(try LoopbackPort.free())
            #expect(try await canary.outcome(of: key, of: address) == .failed("The node's port does not answer."))
        }
        await node.stop()
    }

    @Test("A listener that says nothing holds; one that echoes garbage or hangs up fails")
    func otherListeners() async throws {
        let address = try ManagementAddress(url: "https://127.0.0.1:1/x", certificateHash: "")
        var canary = KeyCanary(tls: try ManagementConnection.context())
        canary.patience = .milliseconds(300)
        for (behaviour, isHeld) in [(Listener.Behaviour.silence, true), (.echo, false), (.hangUp, false)] {
            canary.patience = isHeld ? .milliseconds(300) : .seconds(20)
            let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(Listener(behaviour))
                    }
                }.bind(host: "127.0.0.1", port: 0).get()
            let key = OutlineKey(
                host: "127.0.0.1", port: Int64(channel.localAddress?.port ?? 0), method: "aes-256-gcm",
                password: "x")
            let outcome = try await canary.outcome(of: key, of: address)
            #expect((outcome == .held) == isHeld && outcome != .proven)
            try await channel.close()
        }
    }

    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        enum Behaviour { case silence, echo, hangUp }

        private let behaviour: Behaviour

        init(_ behaviour: Behaviour) { self.behaviour = behaviour }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch behaviour {
            case .silence: break
            case .echo: context.writeAndFlush(NIOAny(ByteBuffer(repeating: 7, count: 100)), promise: nil)
            case .hangUp: context.close(promise: nil)
            }
        }
    }
}
