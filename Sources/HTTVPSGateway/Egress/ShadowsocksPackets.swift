import DequeModule
import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSShadowsocks
import NIOCore
import NIOPosix

final class ShadowsocksPackets: PacketConnection {
    private enum State {
        case opening(Deque<ByteBuffer>)
        case open(any Channel)
        case closed
    }

    private static let mostWaiting = 64
    private static let largestPacket = 65_507

    private let route: NodeRoute
    private let loop: any EventLoop
    private let meter: NodeMeter
    private let sealer: PacketSealer
    private weak var consumer: (any PacketConsumer)?
    private var state = State.opening([])

    init(route: NodeRoute, meter: NodeMeter, loop: any EventLoop, consumer: any PacketConsumer) {
        self.route = route
        self.loop = loop
        self.meter = meter
        self.consumer = consumer
        sealer = PacketSealer(key: route.key)
    }

    func start() {
        let packets = NIOLoopBound(self, eventLoop: loop)
        Self.address(of: route, on: loop).flatMap { [loop] address in
            DatagramBootstrap(group: loop)
                .channelOption(.recvAllocator, value: FixedSizeRecvByteBufferAllocator(capacity: 65_536))
                .channelOption(.maxMessagesPerRead, value: 16)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        try channel.pipeline.syncOperations.addHandler(PacketReader(packets.value))
                    }
                }
                .connect(to: address)
        }.assumeIsolated().whenComplete { result in
            switch result {
            case .success(let channel): self.opened(channel)
            case .failure: self.fail()
            }
        }
    }

    func send(_ data: ByteBuffer, to target: TargetAddress) -> Bool {
        var address = ByteBuffer()
        address.writeSocksAddress(target)
        var packet = ByteBuffer()
        guard address.readableBytes + data.readableBytes + sealer.overhead <= Self.largestPacket,
            (try? sealer.seal(address: address, payload: data, into: &packet)) != nil
        else { return false }
        switch state {
        case .opening(var waiting):
            guard waiting.count < Self.mostWaiting else { return false }
            waiting.append(packet)
            meter.bytesUp.increment(by: Int64(data.readableBytes))
            state = .opening(waiting)
            return true
        case .open(let channel):
            guard channel.isWritable else { return false }
            channel.writeAndFlush(packet, promise: nil)
            meter.bytesUp.increment(by: Int64(data.readableBytes))
            return true
        case .closed: return false
        }
    }

    func close() {
        consumer = nil
        if case .open(let channel) = state { channel.close(promise: nil) }
        state = .closed
    }

    func arrived(_ packet: ByteBuffer) {
        guard var plaintext = try? PacketOpener(key: route.key).open(packet),
            let source = try? plaintext.readSocksAddress()
        else { return }
        if case .name = source.host { return }
        meter.bytesDown.increment(by: Int64(plaintext.readableBytes))
        consumer?.packetArrived(plaintext, from: source)
    }

    func readCompleted() { consumer?.packetReadCompleted() }

    func fail() {
        guard case .closed = state else {
            state = .closed
            consumer?.packetsFailed(.egressUnavailable, "the node cannot be reached for packets")
            return
        }
    }

    private func opened(_ channel: any Channel) {
        guard case .opening(let waiting) = state else { return channel.close(promise: nil) }
        state = .open(channel)
        for packet in waiting { channel.write(packet, promise: nil) }
        channel.flush()
    }

    private static func address(of route: NodeRoute, on loop: any EventLoop) -> EventLoopFuture<SocketAddress> {
        let (host, port) = (route.host, route.port)
        if let address = try? SocketAddress(ipAddress: host, port: port) { return loop.makeSucceededFuture(address) }
        return NIOThreadPool.singleton.runIfActive(eventLoop: loop) {
            try SocketAddress.makeAddressResolvingHost(host, port: port)
        }
    }
}

final class PacketReader: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    private let packets: ShadowsocksPackets

    init(_ packets: ShadowsocksPackets) { self.packets = packets }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) { packets.arrived(unwrapInboundIn(data).data) }

    func channelReadComplete(context: ChannelHandlerContext) { packets.readCompleted() }

    func channelInactive(context: ChannelHandlerContext) { packets.fail() }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {}
}
