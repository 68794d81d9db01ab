import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NIOSSL

final class TestHTTP2: Sendable {
    private final class SettingsWatcher: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame
        private let arrived: AsyncStream<Void>.Continuation

        init(_ arrived: AsyncStream<Void>.Continuation) { self.arrived = arrived }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            if case .settings(.settings) = unwrapInboundIn(data).payload { arrived.finish() }
        }

        func channelInactive(context: ChannelHandlerContext) { arrived.finish() }
    }

    let channel: any Channel
    private let multiplexer: NIOHTTP2Handler.StreamMultiplexer

    private init(channel: any Channel, multiplexer: NIOHTTP2Handler.StreamMultiplexer) {
        self.channel = channel
        self.multiplexer = multiplexer
    }

    static func open(port: Int) async throws -> TestHTTP2 {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.certificateVerification = .none
        tls.applicationProtocols = ["h2"]
        let context = try NIOSSLContext(configuration: tls)
        let (settings, arrived) = AsyncStream.makeStream(of: Void.self)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(
                        try NIOSSLClientHandler(context: context, serverHostname: nil))
                    var connection = NIOHTTP2Handler.ConnectionConfiguration()
                    connection.targetWindowSize = 1 << 20
                    var stream = NIOHTTP2Handler.StreamConfiguration()
                    stream.targetWindowSize = 65_535
                    try channel.pipeline.syncOperations.addHandler(
                        NIOHTTP2Handler(
                            mode: .client, eventLoop: channel.eventLoop, connectionConfiguration: connection,
                            streamConfiguration: stream
                        ) { $0.eventLoop.makeSucceededVoidFuture() })
                    try channel.pipeline.syncOperations.addHandler(SettingsWatcher(arrived))
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let multiplexer = try await channel.pipeline.handler(type: NIOHTTP2Handler.self)
            .flatMap { $0.multiplexer }.get()
        for await _ in settings { break }
        return TestHTTP2(channel: channel, multiplexer: multiplexer)
    }

    func open(
        _ initializer: @escaping @Sendable (any Channel) -> EventLoopFuture<Void>
    ) async throws -> any Channel {
        try await multiplexer.createStreamChannel(initializer).get()
    }

    func stream() async throws -> TestStream {
        let (events, continuation) = AsyncStream.makeStream(of: TestStream.Event.self)
        let channel = try await multiplexer.createStreamChannel { stream in
            stream.eventLoop.makeCompletedFuture {
                try stream.pipeline.syncOperations.addHandler(TestStream.Receiver(continuation))
            }
        }.get()
        return TestStream(channel: channel, events: events)
    }

    func request(_ fields: [(String, String)], body: String? = nil) async throws -> TestStream.Answer {
        let stream = try await stream()
        try await stream.send(fields, endStream: body == nil)
        if let body { try await stream.send(body, endStream: true) }
        return await stream.answer()
    }

    func close() async { try? await channel.close() }
}

final class TestStream: Sendable {
    enum Event: Sendable {
        case headers(HPACKHeaders, endStream: Bool)
        case data(ByteBuffer, endStream: Bool)
        case reset(HTTP2ErrorCode)
    }

    struct Answer: Sendable {
        var informational: [String] = []
        var headers = HPACKHeaders()
        var body = ""
        var hasEnded = false
        var reset: HTTP2ErrorCode?

        var status: String { headers.first(name: ":status") ?? "" }
    }

    final class Receiver: ChannelInboundHandler {
        typealias InboundIn = HTTP2Frame.FramePayload
        private let events: AsyncStream<Event>.Continuation

        init(_ events: AsyncStream<Event>.Continuation) { self.events = events }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            switch unwrapInboundIn(data) {
            case .headers(let frame): events.yield(.headers(frame.headers, endStream: frame.endStream))
            case .data(let frame):
                if case .byteBuffer(let bytes) = frame.data { events.yield(.data(bytes, endStream: frame.endStream)) }
            default: break
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) {
            if let error = error as? NIOHTTP2Errors.StreamClosed { events.yield(.reset(error.errorCode)) }
        }

        func channelInactive(context: ChannelHandlerContext) { events.finish() }
    }

    let channel: any Channel
    let events: AsyncStream<Event>

    init(channel: any Channel, events: AsyncStream<Event>) {
        self.channel = channel
        self.events = events
    }

    func send(_ fields: [(String, String)], endStream: Bool) async throws {
        try await channel.writeAndFlush(
            HTTP2Frame.FramePayload.headers(.init(headers: HPACKHeaders(fields), endStream: endStream)))
    }

    func send(_ text: String, endStream: Bool = false) async throws {
        try await send(ByteBuffer(string: text), endStream: endStream)
    }

    func send(_ bytes: ByteBuffer, endStream: Bool = false) async throws {
        try await channel.writeAndFlush(
            HTTP2Frame.FramePayload.data(.init(data: .byteBuffer(bytes), endStream: endStream)))
    }

    func answer() async -> Answer {
        var answer = Answer()
        for await event in events {
            switch event {
            case .headers(let headers, let endStream):
                let status = headers.first(name: ":status") ?? ""
                if status.hasPrefix("1") { answer.informational.append(status) } else { answer.headers = headers }
                answer.hasEnded = endStream
            case .data(let bytes, let endStream):
                answer.body += String(buffer: bytes)
                answer.hasEnded = endStream
            case .reset(let code): answer.reset = code
            }
        }
        return answer
    }
}
