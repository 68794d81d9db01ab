import HTTPTypes
import HTTVPSProtocol
import Hummingbird
import Logging
import NIOCore
import ServiceLifecycle
import Synchronization

final class StubBackend: Sendable {
    struct Call: Sendable {
        var path: String
        var headers: HTTPFields
        var body: ByteBuffer
    }

    struct Reply: Sendable {
        var status: HTTPResponse.Status = .ok
        var body = ""
        var delay = Duration.zero
        var headers: HTTPFields = [.contentType: "application/json"]
    }

    private let reply: Mutex<Reply>
    private let recorded = Mutex<[Call]>([])

    init(_ reply: Reply) { self.reply = Mutex(reply) }

    var calls: [Call] { recorded.withLock { $0 } }

    func answer(_ reply: Reply) { self.reply.withLock { $0 = reply } }

    func run(_ body: @escaping @Sendable (Int) async throws -> Void) async throws {
        let (ports, bound) = AsyncStream.makeStream(of: Int.self)
        let router = Router()
        router.post("**") { request, _ in
            let content = try await request.body.collect(upTo: 1 << 20)
            self.recorded.withLock { $0.append(Call(path: request.uri.path, headers: request.headers, body: content)) }
            let reply = self.reply.withLock { $0 }
            try await Task.sleep(for: reply.delay)
            return Response(
                status: reply.status, headers: reply.headers, body: .init(byteBuffer: ByteBuffer(string: reply.body)))
        }
        let application = Application(
            router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { bound.yield($0.localAddress?.port ?? 0) }, logger: Logger(label: "stub"))
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            for await port in ports {
                try await body(port)
                break
            }
            group.cancelAll()
            while let result = await group.nextResult() {
                if case .failure(let error) = result, !(error is CancellationError) { throw error }
            }
        }
    }
}
