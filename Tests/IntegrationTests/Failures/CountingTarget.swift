import NIOCore
import NIOPosix
import Synchronization

final class CountingTarget: Sendable {
    static let chunk = 65_536

    private let channel: any Channel
    private let counts: Counts

    final class Counts: Sendable {
        let received = Atomic<Int64>(0)
        let offered = Atomic<Int64>(0)
    }

    private init(channel: any Channel, counts: Counts) {
        self.channel = channel
        self.counts = counts
    }

    static func start(port: Int) async throws -> CountingTarget {
        let counts = Counts()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { child in
                child.eventLoop.makeCompletedFuture {
                    try child.pipeline.syncOperations.addHandler(CountingTargetHandler(counts))
                }
            }
            .bind(host: "127.0.0.1", port: port).get()
        return CountingTarget(channel: channel, counts: counts)
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    var received: Int64 { counts.received.load(ordering: .relaxed) }

    var offered: Int64 { counts.offered.load(ordering: .relaxed) }

    func downloadURL(bytes: Int) -> String { "http://127.0.0.1:\(port)/\(bytes)" }

    func stop() async throws { try await channel.close() }
}
