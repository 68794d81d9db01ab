import NIOCore
import NIOPosix
import NIOSSL

@testable import HTTVPSGateway

final class TestConnection: Sendable {
    private final class Receiver: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let arrived: AsyncStream<ByteBuffer>.Continuation

        init(_ arrived: AsyncStream<ByteBuffer>.Continuation) { self.arrived = arrived }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) { arrived.yield(unwrapInboundIn(data)) }

        func channelInactive(context: ChannelHandlerContext) { arrived.finish() }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? IOError, error.errnoCode == ECONNRESET {
                arrived.yield(ByteBuffer(string: TestConnection.resetMark))
            }
        }
    }

    private final class Preface: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer
        private let bytes: [UInt8]

        init(_ bytes: [UInt8]) { self.bytes = bytes }

        func channelActive(context: ChannelHandlerContext) {
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: bytes)), promise: nil)
            context.fireChannelActive()
        }
    }

    static let resetMark = "<reset by peer>"

    let channel: any Channel
    let arrived: AsyncStream<ByteBuffer>

    private init(channel: any Channel, arrived: AsyncStream<ByteBuffer>) {
        self.channel = channel
        self.arrived = arrived
    }

    static func open(port: Int, isSecure: Bool = true, preface: [UInt8] = [], protocols: [String] = []) async throws
        -> TestConnection
    {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.certificateVerification = .none
        configuration.applicationProtocols = protocols
        let tls = try NIOSSLContext(configuration: configuration)
        let (arrived, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    if !preface.isEmpty { try pipeline.addHandler(Preface(preface)) }
                    if isSecure { try pipeline.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil)) }
                    try pipeline.addHandler(Receiver(continuation))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        return TestConnection(channel: channel, arrived: arrived)
    }

    static func carried(by http2: TestHTTP2, _ fields: [(String, String)]) async throws -> TestConnection {
        let (arrived, continuation) = AsyncStream.makeStream(of: ByteBuffer.self)
        let (statuses, status) = AsyncStream.makeStream(of: String.self)
        let channel = try await http2.open { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandlers([
                    TestConnect(fields, status), StreamCodec(), Receiver(continuation),
                ])
            }
        }
        for await status in statuses {
            if status == "200" { break }
            throw TestTunnel.NotUpgraded(answer: status)
        }
        return TestConnection(channel: channel, arrived: arrived)
    }

    func write(_ text: String) async throws { try await channel.writeAndFlush(ByteBuffer(string: text)) }

    func close() async { try? await channel.close() }
}
