import HTTVPSTestSupport
import NIOCore
import NIOPosix
import NIOSSL

@testable import HTTVPSGateway

final class SiteOrigin: Sendable {
    let port: Int
    private let channel: any Channel
    private let group: MultiThreadedEventLoopGroup

    private init(channel: any Channel, group: MultiThreadedEventLoopGroup) {
        self.channel = channel
        self.group = group
        port = channel.localAddress?.port ?? 0
    }

    static func start(folder: String, isSecure: Bool, timeouts: SiteTimeouts = SiteTimeouts()) async throws
        -> SiteOrigin
    {
        try await start(StaticSite(directory: folder, timeouts: timeouts), isSecure: isSecure)
    }

    static func start(_ site: StaticSite, isSecure: Bool) async throws -> SiteOrigin {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        let certificate = try await SiteCertificate.shared.value
        let tls = try ServerTLS.context(certificatePath: certificate.certificate, keyPath: certificate.key).context
        let channel = try await ServerBootstrap(group: group)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if isSecure { try pipeline.addHandlers(NIOSSLServerHandler(context: tls), TransportEnd()) }
                    try pipeline.addHandler(
                        HTTP1Handler(path: nil, site: site, acceptedAt: .now(), handshakeTimeout: .seconds(10)) {
                            _, _ in nil
                        })
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        return SiteOrigin(channel: channel, group: group)
    }

    func stop() async throws {
        try await channel.close()
        try await group.shutdownGracefully()
    }
}
