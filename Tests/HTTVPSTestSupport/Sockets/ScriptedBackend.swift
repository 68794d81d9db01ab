import Foundation
import NIOCore
import NIOPosix
import Synchronization

package final class ScriptedBackend: Sendable {
    package struct Request: Equatable, Sendable {
        package var method: String
        package var path: String
        package var headers: [String: String]
        package var body: String
    }

    package enum Reply: Sendable {
        case answer(Int, headers: [String: String] = [:], body: String = #"{"id":"obj_1"}"#)
        case beginning(Int, body: String)
        case loss
        case silence
    }

    package typealias Script = @Sendable (Request, Int) -> Reply

    private final class Log: Sendable {
        let requests = Mutex<[Request]>([])
    }

    private final class Reader: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let log: Log
        private let script: Script
        private var arrived = Data()

        init(_ log: Log, _ script: @escaping Script) {
            self.log = log
            self.script = script
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            arrived += Data(unwrapInboundIn(data).readableBytesView)
            guard let request = Self.request(arrived) else { return }
            arrived = Data()
            let number = log.requests.withLock { requests in
                requests.append(request)
                return requests.count
            }
            switch script(request, number) {
            case .silence: return
            case .loss: context.close(promise: nil)
            case .beginning(let status, let body):
                let head = "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count + 1)\r\n\r\n"
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head + body)), promise: nil)
            case .answer(let status, let headers, let body):
                let more = headers.map { "\($0.key): \($0.value)\r\n" }.joined()
                let head =
                    "HTTP/1.1 \(status) X\r\nContent-Length: \(body.utf8.count)\r\nConnection: close\r\n\(more)\r\n"
                let closed = context.eventLoop.makePromise(of: Void.self)
                let channel = context.channel
                closed.futureResult.whenComplete { _ in channel.close(promise: nil) }
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: head + body)), promise: closed)
            }
        }

        private static func request(_ data: Data) -> Request? {
            guard let end = data.range(of: Data("\r\n\r\n".utf8)) else { return nil }
            let lines = String(decoding: data[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
            let words = lines[0].split(separator: " ").map(String.init)
            var headers: [String: String] = [:]
            for line in lines.dropFirst() {
                let parts = line.split(separator: ":", maxSplits: 1).map(String.init)
                guard parts.count == 2 else { continue }
                headers[parts[0].lowercased()] = parts[1].trimmingCharacters(in: .whitespaces)
            }
            let body = data[end.upperBound...]
            guard words.count == 3, body.count >= headers["content-length"].flatMap(Int.init) ?? 0 else { return nil }
            return Request(
                method: words[0], path: words[1], headers: headers, body: String(decoding: body, as: UTF8.self))
        }
    }

    private let channel: any Channel
    private let log: Log

    private init(_ channel: any Channel, _ log: Log) {
        self.channel = channel
        self.log = log
    }

    package static func serving<Result: Sendable>(
        _ script: @escaping Script, _ body: (ScriptedBackend) async throws -> Result
    ) async throws -> Result {
        let log = Log()
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Reader(log, script))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let backend = ScriptedBackend(channel, log)
        do {
            let result = try await body(backend)
            try await channel.close()
            return result
        } catch {
            try? await channel.close()
            throw error
        }
    }

    package var address: String { "http://127.0.0.1:\(channel.localAddress?.port ?? 0)" }

    package var requests: [Request] { log.requests.withLock { $0 } }
}
