import HTTPTypes
import HTTVPSProtocol
import NIOCore
import NIOHTTP1
import NIOHTTPTypesHTTP1

final class RequestRouter: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        case idle
        case receiving(HTTPRequestHead, key: String?)
        case answering
        case upgraded
        case over
    }

    private let path: String
    private let decoy: DecoySite
    private let http: HTTPHandlers
    private let makeSession: (NIODeadline) -> SessionHandler
    private var state = State.idle

    init(path: String, decoy: DecoySite, http: HTTPHandlers, makeSession: @escaping (NIODeadline) -> SessionHandler) {
        self.path = path
        self.decoy = decoy
        self.http = http
        self.makeSession = makeSession
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle): state = .receiving(head, key: upgradeKey(head))
        case (.end, .receiving(let head, key: let key?)): upgrade(context, head, key)
        case (.end, .receiving(let head, key: nil)): answer(context, head)
        default: break
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        guard error is HTTPParserError else { return context.close(promise: nil) }
        if case .over = state { return }
        state = .over
        let head = HTTPResponseHead(
            version: .http1_1, status: .badRequest, headers: ["connection": "close", "content-length": "0"])
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        finish(context)
    }

    private func upgradeKey(_ head: HTTPRequestHead) -> String? {
        guard !head.headers.contains(name: "transfer-encoding"),
            head.headers["content-length"].allSatisfy({ $0 == "0" })
        else { return nil }
        return WebSocketHandshake.key(
            ofUpgradeTo: path, method: head.method.rawValue, isHTTP11: head.version == .http1_1, target: head.uri,
            headers: head.headers.map { (name: $0.name, value: $0.value) })
    }

    private func upgrade(_ context: ChannelHandlerContext, _ head: HTTPRequestHead, _ key: String) {
        state = .upgraded
        let headers = HTTPHeaders(WebSocketHandshake.upgradeResponse(for: key).map { ($0.name, $0.value) })
        let answer = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
        context.write(wrapOutboundOut(.head(answer)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        do {
            try http.replace(with: makeSession(http.clock.handshakeDeadline), router: self, context)
        } catch {
            context.close(promise: nil)
        }
    }

    private func answer(_ context: ChannelHandlerContext, _ head: HTTPRequestHead) {
        state = .answering
        http.clock.answering()
        if head.stopsParsing { http.renewDecoder(context) }
        guard let request = try? HTTPRequest(head, secure: true, splitCookie: false) else {
            return errorCaught(context: context, error: HTTPParserError.invalidMethod)
        }
        let keepAlive = head.isKeepAlive
        let bound = NIOLoopBound((router: self, context: context), eventLoop: context.eventLoop)
        let channel = context.channel
        Task { [decoy] in
            let response = await decoy.answer(request, channel: channel)
            let isWritten: Bool
            do {
                try await DecoyWriter.write(response, to: head, channel: channel, keepAlive: keepAlive)
                isWritten = true
            } catch {
                isWritten = false
            }
            channel.eventLoop.execute {
                guard isWritten else { return channel.close(promise: nil) }
                bound.value.router.answered(bound.value.context, keepAlive)
            }
        }
    }

    private func answered(_ context: ChannelHandlerContext, _ keepAlive: Bool) {
        guard case .answering = state else { return }
        http.clock.answered()
        state = keepAlive ? .idle : .over
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        if !keepAlive { finish(context) }
    }

    private func finish(_ context: ChannelHandlerContext) {
        context.close(mode: .output, promise: nil)
        context.eventLoop.assumeIsolated().scheduleTask(in: .seconds(2)) { context.close(promise: nil) }
    }
}

extension HTTPRequestHead {
    fileprivate var stopsParsing: Bool { method == .CONNECT || headers.contains(name: "upgrade") }
}
