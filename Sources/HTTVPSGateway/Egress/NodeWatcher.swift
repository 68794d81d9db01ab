import NIOCore
import NIOPosix
import ServiceLifecycle

struct NodeWatcher: Service, CustomStringConvertible {
    private static let pause = Duration.seconds(2)

    let connections: NodeConnections
    let group: any EventLoopGroup

    var description: String { "NodeWatcher" }

    func run() async throws {
        await cancelWhenGracefulShutdown {
            while !Task.isCancelled {
                for place in connections.silentNodes() { dial(place) }
                try? await Task.sleep(for: Self.pause)
            }
        }
    }

    private func dial(_ place: NodeWatch.Place) {
        let started = ContinuousClock.now
        let bootstrap = ClientBootstrap(group: group).connectTimeout(connections.connectTimeout)
        let address = try? SocketAddress(ipAddress: place.host, port: place.port)
        let connected =
            address.map { bootstrap.connect(to: $0) } ?? bootstrap.connect(host: place.host, port: place.port)
        connected.whenComplete { [connections] result in
            connections.dialled(place.nodeID, host: place.host, result, after: ContinuousClock.now - started)
            if case .success(let channel) = result { channel.close(promise: nil) }
        }
    }
}
