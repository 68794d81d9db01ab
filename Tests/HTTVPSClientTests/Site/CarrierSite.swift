import HTTVPSTestSupport
import NIOCore
import NIOHTTP2
import NIOPosix
import NIOSSL
import Synchronization

@testable import HTTVPSClient

final class CarrierSite: Sendable {
    struct Behaviour: Sendable {
        var protocols = ["h2", "http/1.1"]
        var takesConnect = true
        var http2Status = 200
        var http1Status = "101 Switching Protocols"
        var behind = ""
        var isSilent = false
        var isMute = false
        var resetsStreams = false
        var handler: (@Sendable () -> any ChannelHandler)?
    }

    struct Visit: Sendable {
        var kind: CarrierKind
        var lines: [String]
    }

    let behaviour: Behaviour
    let certificate: SiteCertificate
    let visits = Mutex<[Visit]>([])
    let settings = Mutex<[HTTP2Settings]>([])
    let children = Mutex<[any Channel]>([])
    let faults = Mutex(0)
    let streams = Mutex<[any Channel]>([])
    private let channel: any Channel

    init(
        _ behaviour: Behaviour = Behaviour(), names: String? = nil,
        on group: any EventLoopGroup = MultiThreadedEventLoopGroup.singleton
    ) async throws {
        self.behaviour = behaviour
        if let names {
            certificate = try await SiteCertificate.make(names: names)
        } else {
            certificate = try await SiteCertificate.shared.value
        }
        var tls = TLSConfiguration.makeServerConfiguration(
            certificateChain: try NIOSSLCertificate.fromPEMFile(certificate.certificate).map { .certificate($0) },
            privateKey: .privateKey(try NIOSSLPrivateKey(file: certificate.key, format: .pem)))
        tls.applicationProtocols = behaviour.protocols
        let context = try NIOSSLContext(configuration: tls)
        let this = Mutex<CarrierSite?>(nil)
        channel = try await ServerBootstrap(group: group)
            .serverChannelOption(ChannelOptions.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(ChannelOptions.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let site = this.withLock({ $0 }) else { return }
                    site.children.withLock { $0.append(channel) }
                    if site.behaviour.isSilent { return }
                    try channel.pipeline.syncOperations.addHandlers(
                        NIOSSLServerHandler(context: context), SiteNegotiation(site))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        this.withLock { $0 = self }
    }

    convenience init(before gateway: FakeGateway, _ behaviour: Behaviour = Behaviour()) async throws {
        var behaviour = behaviour
        behaviour.handler = { FakeGatewayHandler(gateway, isUpgraded: true) }
        try await self.init(behaviour, on: gateway.eventLoop)
    }

    var port: Int { channel.localAddress?.port ?? 0 }

    var address: GatewayAddress { address() }

    func address(host: String = "localhost", path: String = "/ws") -> GatewayAddress {
        GatewayAddress(host: host, port: port, path: path, isSecure: true)
    }

    func configuration(_ carrier: CarrierPreference = .auto) -> TunnelConfiguration {
        var configuration = TunnelConfiguration(gateways: [address], deviceID: "dev_1", token: "token")
        configuration.certificateAuthorityFile = certificate.certificate
        configuration.carrier = carrier
        configuration.connectTimeout = .seconds(60)
        return configuration
    }

    func note(_ kind: CarrierKind, _ lines: [String]) { visits.withLock { $0.append(Visit(kind: kind, lines: lines)) } }

    func dropConnections() {
        for child in children.withLock({ $0 }) { child.close(promise: nil) }
    }

    func close() async throws {
        dropConnections()
        try await channel.close()
    }
}
