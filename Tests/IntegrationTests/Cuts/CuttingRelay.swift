import NIOCore
import NIOPosix
import Synchronization

final class CuttingRelay: Sendable {
    private struct State {
        var connections: [any Channel] = []
        var untilCut: Int
        var cuts = 0
    }

    private let cutsAfter: ClosedRange<Int>
    private let mostCuts: Int
    private let state: Mutex<State>
    private let channel: Mutex<(any Channel)?> = Mutex(nil)

    private init(cutsAfter: ClosedRange<Int>, mostCuts: Int) {
        self.cutsAfter = cutsAfter
        self.mostCuts = mostCuts
        state = Mutex(State(untilCut: cutsAfter.upperBound))
    }

    static func start(to port: Int, cutsAfter: ClosedRange<Int>, mostCuts: Int) async throws -> CuttingRelay {
        let relay = CuttingRelay(cutsAfter: cutsAfter, mostCuts: mostCuts)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton.next())
            .childChannelOption(.autoRead, value: false)
            .childChannelInitializer { near in
                ClientBootstrap(group: near.eventLoop)
                    .channelOption(.autoRead, value: false)
                    .connect(host: "127.0.0.1", port: port)
                    .flatMapThrowing { far in try relay.join(near, far) }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        relay.channel.withLock { $0 = channel }
        return relay
    }

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }

    var cuts: Int { state.withLock { $0.cuts } }

    func stop() async throws {
        try await channel.withLock { $0 }?.close()
        cut()
    }

    private func join(_ near: any Channel, _ far: any Channel) throws {
        state.withLock { $0.connections += [near, far] }
        for (channel, partner) in [(near, far), (far, near)] {
            try channel.pipeline.syncOperations.addHandler(Passage(to: partner, of: self))
            try channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }

    private func passes(_ count: Int) {
        let isCut = state.withLock { state in
            state.untilCut -= count
            guard state.untilCut <= 0, state.cuts < mostCuts else { return false }
            state.untilCut = Int.random(in: cutsAfter)
            state.cuts += 1
            return true
        }
        if isCut { cut() }
    }

    private func cut() {
        let connections = state.withLock { state in
            defer { state.connections = [] }
            return state.connections
        }
        for connection in connections { connection.close(promise: nil) }
    }

    private final class Passage: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        private let partner: any Channel
        private let relay: CuttingRelay

        init(to partner: any Channel, of relay: CuttingRelay) {
            self.partner = partner
            self.relay = relay
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let bytes = unwrapInboundIn(data)
            let channel = context.channel
            channel.setOption(.autoRead, value: false).whenComplete { _ in }
            partner.writeAndFlush(bytes).whenSuccess {
                channel.setOption(.autoRead, value: true).whenComplete { _ in }
            }
            relay.passes(bytes.readableBytes)
        }

        func channelInactive(context: ChannelHandlerContext) { partner.close(promise: nil) }
    }
}
