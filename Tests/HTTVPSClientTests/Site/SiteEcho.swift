import Foundation
import HTTVPSProtocol
import NIOCore

final class SiteEcho: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    static func upgradeFields(key: String) -> String {
        WebSocketHandshake.upgradeResponse(for: key).map { "\($0.name): \($0.value)\r\n" }.joined()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let bytes = unwrapInboundIn(data)
        switch bytes.readableBytes < 16 ? String(buffer: bytes) : "" {
        case "END": context.close(mode: .output, promise: nil)
        case "CUT":
            _ = (context.channel as? any SocketOptionProvider)?.setSoLinger(linger(l_onoff: 1, l_linger: 0))
            context.close(promise: nil)
        case "LAST":
            context.write(wrapOutboundOut(ByteBuffer(string: "last words")), promise: nil)
            context.flush()
            context.close(mode: .output, promise: nil)
        default: context.write(wrapOutboundOut(bytes), promise: nil)
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) { context.flush() }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case .inputClosed? = event as? ChannelEvent { context.close(mode: .output, promise: nil) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}
