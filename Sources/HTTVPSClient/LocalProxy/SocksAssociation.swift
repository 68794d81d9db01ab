import HTTVPSProtocol
import NIOCore
import NIOPosix

final class SocksAssociation: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>
    typealias OutboundOut = AddressedEnvelope<ByteBuffer>

    private static let receiveSize = 65_536

    private let peer: String?
    private let switchboard: Switchboard
    private lazy var pipe = DatagramPipe(switchboard: switchboard) { [weak self] data, source in
        self?.pass(SocksDatagram(address: source, data: data))
    }
    private var context: ChannelHandlerContext?
    private var application: SocketAddress?

    private init(peer: String?, switchboard: Switchboard) {
        self.peer = peer
        self.switchboard = switchboard
    }

    static func open(beside connection: any Channel, _ switchboard: Switchboard) -> EventLoopFuture<any Channel> {
        let host = connection.localAddress?.ipAddress
        guard let host, let address = try? SocketAddress(ipAddress: host, port: 0) else {
            return connection.eventLoop.makeFailedFuture(ChannelError.unknownLocalAddress)
        }
        let association = NIOLoopBound(
            SocksAssociation(peer: connection.remoteAddress?.ipAddress, switchboard: switchboard),
            eventLoop: connection.eventLoop)
        return DatagramBootstrap(group: connection.eventLoop)
            .channelOption(ChannelOptions.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: receiveSize))
            .channelOption(ChannelOptions.maxMessagesPerRead, value: 16)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(association.value)
                }
            }
            .bind(to: address)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) {
        self.context = nil
        pipe.close()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard envelope.remoteAddress.ipAddress == peer, let datagram = SocksDatagram(envelope.data) else {
            return drop()
        }
        application = envelope.remoteAddress
        pipe.send(datagram.data, to: datagram.address)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}

    private func pass(_ datagram: SocksDatagram) {
        guard let context, let application, context.channel.isWritable else { return drop() }
        let envelope = AddressedEnvelope(remoteAddress: application, data: datagram.packet)
        context.writeAndFlush(wrapOutboundOut(envelope), promise: nil)
    }

    private func drop() { switchboard.traffic.datagramsDropped += 1 }
}
