import HTTVPSProtocol
import HTTVPSShadowsocks
import NIOCore

final class CountingPassage: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    enum Direction { case up, down }

    private let direction: Direction
    private let partner: any Channel
    private let node: CountingNode
    private var opener: StreamOpener
    private var awaitsAddress: Bool

    init(_ direction: Direction, key: MasterKey, to partner: any Channel, of node: CountingNode) {
        self.direction = direction
        self.partner = partner
        self.node = node
        opener = StreamOpener(key: key)
        awaitsAddress = direction == .up
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        count(bytes)
        let channel = context.channel
        channel.setOption(.autoRead, value: false).whenComplete { _ in }
        partner.writeAndFlush(bytes).whenSuccess {
            channel.setOption(.autoRead, value: true).whenComplete { _ in }
        }
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed = event { partner.close(mode: .output, promise: nil) }
    }

    func channelInactive(context: ChannelHandlerContext) { partner.close(promise: nil) }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    private func count(_ ciphertext: ByteBuffer) {
        var (ciphertext, plaintext) = (ciphertext, ByteBuffer())
        do {
            try opener.open(&ciphertext, into: &plaintext)
            guard plaintext.readableBytes > 0 else { return }
            if awaitsAddress {
                awaitsAddress = false
                _ = try plaintext.readSocksAddress()
                node.note { $0.connections += 1 }
            }
        } catch {
            return node.note { $0.unreadable += 1 }
        }
        let count = Int64(plaintext.readableBytes)
        switch direction {
        case .up: node.note { $0.moved.up += count }
        case .down: node.note { $0.moved.down += count }
        }
    }
}
