import HTTVPSShadowsocks
import HTTVPSTestSupport
import NIOCore
import NIOPosix
import Synchronization

final class CountingNode: Sendable {
    struct Counts: Equatable, Sendable {
        var moved = MovedBytes()
        var connections = 0
        var unreadable = 0
    }

    private struct Server: Sendable {
        var port: Int
        var key: MasterKey
    }

    static let socketBuffer = 65_536

    private let channel: Mutex<(any Channel)?> = Mutex(nil)
    private let server = Mutex<Server?>(nil)
    private let counts = Mutex(Counts())

    static func start() async throws -> CountingNode {
        let node = CountingNode()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelOption(.socketOption(.so_rcvbuf), value: .init(socketBuffer))
            .childChannelOption(.socketOption(.so_sndbuf), value: .init(socketBuffer))
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { node.connect($0) }
            .bind(host: "127.0.0.1", port: try LoopbackPort.free()).get()
        node.channel.withLock { $0 = channel }
        return node
    }

    var port: Int { channel.withLock { $0?.localAddress?.port ?? 0 } }

    var seen: Counts { counts.withLock { $0 } }

    func stand(before port: Int, password: String, method: CipherMethod) {
        server.withLock { $0 = Server(port: port, key: MasterKey(password: password, method: method)) }
    }

    func note(_ change: (inout Counts) -> Void) { counts.withLock { change(&$0) } }

    func stop() async throws { try await channel.withLock { $0 }?.close() }

    private func connect(_ near: any Channel) -> EventLoopFuture<Void> {
        guard let server = server.withLock({ $0 }) else { return near.close() }
        return ClientBootstrap(group: near.eventLoop)
            .channelOption(.autoRead, value: false)
            .channelOption(.allowRemoteHalfClosure, value: true)
            .connect(host: "127.0.0.1", port: server.port)
            .flatMapThrowing { far in try self.join(near, far, server.key) }
    }

    private func join(_ near: any Channel, _ far: any Channel, _ key: MasterKey) throws {
        let passages = [
            (near, CountingPassage(.up, key: key, to: far, of: self)),
            (far, CountingPassage(.down, key: key, to: near, of: self)),
        ]
        for (channel, passage) in passages {
            try channel.pipeline.syncOperations.addHandler(passage)
            try channel.syncOptions?.setOption(.autoRead, value: true)
        }
    }
}
