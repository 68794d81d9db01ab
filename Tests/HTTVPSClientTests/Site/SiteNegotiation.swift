import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOTLS
import Synchronization

@testable import HTTVPSClient

final class SiteNegotiation: ChannelInboundHandler {
    typealias InboundIn = NIOAny

    private let site: CarrierSite

    init(_ site: CarrierSite) { self.site = site }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        guard case .handshakeCompleted(let negotiated)? = event as? TLSUserEvent else {
            return context.fireUserInboundEventTriggered(event)
        }
        let site = site
        do {
            guard negotiated == "h2" else {
                return try context.pipeline.syncOperations.addHandlers(SiteUpgrade(site))
            }
            var connection = NIOHTTP2Handler.ConnectionConfiguration()
            connection.initialSettings = [HTTP2Setting(parameter: .maxConcurrentStreams, value: 100)]
            if site.behaviour.takesConnect {
                connection.initialSettings.append(HTTP2Setting(parameter: .enableConnectProtocol, value: 1))
            }
            let handler = NIOHTTP2Handler(
                mode: .server, eventLoop: context.eventLoop, connectionConfiguration: connection,
                streamConfiguration: .init()
            ) { stream in
                stream.eventLoop.makeCompletedFuture {
                    site.streams.withLock { $0.append(stream) }
                    try stream.pipeline.syncOperations.addHandlers(SiteStream(site))
                }
            }
            try context.pipeline.syncOperations.addHandlers(handler, SettingsRecorder(site))
        } catch {
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
}

final class SettingsRecorder: ChannelInboundHandler {
    typealias InboundIn = HTTP2Frame

    private let site: CarrierSite

    init(_ site: CarrierSite) { self.site = site }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        guard case .settings(.settings(let settings)) = unwrapInboundIn(data).payload else { return }
        site.settings.withLock { $0.append(settings) }
    }
}

final class SiteUpgrade: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let site: CarrierSite
    private var head = ByteBuffer()

    init(_ site: CarrierSite) { self.site = site }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        head.writeImmutableBuffer(unwrapInboundIn(data))
        let text = String(buffer: head)
        guard text.hasSuffix("\r\n\r\n") else { return }
        let lines = text.split(separator: "\r\n").map(String.init)
        site.note(.http1, lines)
        if site.behaviour.isMute { return }
        let prefix = "Sec-WebSocket-Key: "
        let key = lines.first { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) } ?? ""
        let fields = SiteEcho.upgradeFields(key: key)
        let answer = "HTTP/1.1 \(site.behaviour.http1Status)\r\n\(fields)\r\n\(site.behaviour.behind)"
        do {
            try context.pipeline.syncOperations.addHandler(site.behaviour.handler?() ?? SiteEcho())
        } catch {
            context.close(promise: nil)
        }
        context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: answer)), promise: nil)
        context.pipeline.syncOperations.removeHandler(self, promise: nil)
    }
}

final class SiteStream: ChannelDuplexHandler {
    typealias InboundIn = HTTP2Frame.FramePayload
    typealias InboundOut = ByteBuffer
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = HTTP2Frame.FramePayload

    private let site: CarrierSite

    init(_ site: CarrierSite) { self.site = site }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .headers(let request): answer(request.headers, context)
        case .data(let piece):
            if case .byteBuffer(let bytes) = piece.data, bytes.readableBytes > 0 {
                context.fireChannelRead(wrapInboundOut(bytes))
            }
            if piece.endStream { context.fireUserInboundEventTriggered(ChannelEvent.inputClosed) }
        default: break
        }
    }

    func write(context: ChannelHandlerContext, data: NIOAny, promise: EventLoopPromise<Void>?) {
        let payload = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(unwrapOutboundIn(data))))
        context.write(wrapOutboundOut(payload), promise: promise)
    }

    func close(context: ChannelHandlerContext, mode: CloseMode, promise: EventLoopPromise<Void>?) {
        guard mode == .output else { return context.close(mode: mode, promise: promise) }
        let last = HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(ByteBuffer()), endStream: true))
        context.writeAndFlush(wrapOutboundOut(last), promise: promise)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        site.faults.withLock { $0 += 1 }
        context.fireErrorCaught(error)
    }

    private func answer(_ headers: HPACKHeaders, _ context: ChannelHandlerContext) {
        site.note(.http2, headers.map { "\($0.name): \($0.value)" })
        if site.behaviour.isMute { return }
        if site.behaviour.resetsStreams { return context.close(promise: nil) }
        let status = site.behaviour.http2Status
        let fields = HPACKHeaders([(":status", String(status)), ("server", "test")])
        context.write(wrapOutboundOut(.headers(.init(headers: fields, endStream: status != 200))), promise: nil)
        try? context.pipeline.syncOperations.addHandler(site.behaviour.handler?() ?? SiteEcho())
        let behind = ByteBuffer(string: site.behaviour.behind)
        if status == 200, behind.readableBytes > 0 {
            context.write(wrapOutboundOut(.data(.init(data: .byteBuffer(behind)))), promise: nil)
        }
        context.flush()
    }
}
