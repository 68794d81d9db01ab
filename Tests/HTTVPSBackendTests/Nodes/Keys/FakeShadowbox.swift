import Crypto
import Foundation
import HTTVPSTestSupport
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import Synchronization

@testable import HTTVPSBackend

final class FakeShadowbox: Sendable {
    enum Fault: Sendable {
        case lostAnswer
        case silence
        case garbage
        case flood
        case status(Int)
    }

    struct Key: Sendable {
        var id: String
        var name: String
        var port: Int
        var password: String
    }

    struct State {
        var keys: [Key] = []
        var faults: [Fault] = []
        var requests: [String] = []
        var nextID = 0
        var namesKeys = true
        var activatesKeys = true
        var processes: [Int: ShadowsocksServer] = [:]
    }

    static let secretPath = "/TopSecretPath"

    private static let certificate = Task { try await SiteCertificate.make(names: "DNS:elsewhere.example") }

    let state = Mutex(State())
    let certificateHash: String
    private let channel: any Channel

    private init(certificateHash: String, channel: any Channel) {
        self.certificateHash = certificateHash
        self.channel = channel
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var url: String { "https://127.0.0.1:\(port)\(Self.secretPath)/" }
    var keys: [Key] { state.withLock { $0.keys } }
    var requests: [String] { state.withLock { $0.requests } }

    func fail(_ faults: Fault...) { state.withLock { $0.faults += faults } }

    func add(id: String, name: String = "") {
        state.withLock { $0.keys.append(Key(id: id, name: name, port: 9, password: "foreign")) }
    }

    static func run(_ body: (FakeShadowbox) async throws -> Void) async throws {
        let site = try await certificate.value
        let certificates = try NIOSSLCertificate.fromPEMFile(site.certificate)
        let digest = SHA256.hash(data: try certificates[0].toDERBytes())
        let tls = try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: certificates.map { .certificate($0) },
                privateKey: .privateKey(try NIOSSLPrivateKey(file: site.key, format: .pem))))
        let holder = Mutex<FakeShadowbox?>(nil)
        let box = Holder(holder)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let pipeline = channel.pipeline.syncOperations
                    try pipeline.addHandler(NIOSSLServerHandler(context: tls))
                    try pipeline.configureHTTPServerPipeline()
                    try pipeline.addHandler(NIOHTTPServerRequestAggregator(maxContentLength: 65_536))
                    try pipeline.addHandler(FakeShadowboxHandler(box))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        let fake = FakeShadowbox(
            certificateHash: digest.map { String(format: "%02X", $0) }.joined(), channel: channel)
        box.set(fake)
        do {
            try await body(fake)
        } catch {
            await fake.stop()
            throw error
        }
        await fake.stop()
    }

    final class Holder: Sendable {
        private let fake: Mutex<FakeShadowbox?>

        init(_ fake: consuming Mutex<FakeShadowbox?>) { self.fake = fake }

        func set(_ value: FakeShadowbox) { fake.withLock { $0 = value } }

        var value: FakeShadowbox? { fake.withLock { $0 } }
    }

    func activate() async throws {
        let waiting = state.withLock { state in state.keys.filter { state.processes[$0.port] == nil && $0.port > 9 } }
        for key in waiting {
            let server = try await ShadowsocksServer.start(password: key.password, port: key.port)
            state.withLock { $0.processes[key.port] = server }
        }
    }

    private func stop() async {
        try? await channel.close()
        let processes = state.withLock { $0.processes.values.map { $0 } }
        for process in processes { await process.stop() }
    }
}

extension FakeShadowbox {
    enum Reply: Sendable {
        case answer(Int, String)
        case end
        case nothing
    }

    func reply(to method: HTTPMethod, _ path: String, body: [UInt8]) async throws -> Reply {
        let fault = state.withLock { state in
            state.requests.append("\(method) \(path)")
            return state.faults.isEmpty ? nil : state.faults.removeFirst()
        }
        switch fault {
        case .silence: return .nothing
        case .garbage: return .answer(200, "{\"accessKeys\":[{\"id\":")
        case .flood: return .answer(200, String(repeating: "x", count: 2 << 20))
        case .status(let status): return .answer(status, "{}")
        case .lostAnswer:
            _ = try await answer(to: method, path, body)
            return .end
        case nil: return try await answer(to: method, path, body)
        }
    }

    private func answer(to method: HTTPMethod, _ path: String, _ body: [UInt8]) async throws -> Reply {
        let parts = path.split(separator: "/").map(String.init)
        guard parts.count >= 2, "/" + parts[0] == Self.secretPath, parts[1] == "access-keys" else {
            return .answer(404, "{}")
        }
        let name = (try? JSONReader.value(of: body))?.object?["name"]?.text
        switch (method, parts.count) {
        case (.GET, 2): return .answer(200, #"{"accessKeys":[\#(keys.map(json).joined(separator: ","))]}"#)
        case (.POST, 2):
            let id = state.withLock { state in
                state.nextID += 1
                return String(state.nextID)
            }
            return try await make(id: id, name: name ?? "")
        case (.PUT, 3) where state.withLock { $0.namesKeys }:
            if keys.contains(where: { $0.id == parts[2] }) { return .answer(409, "{}") }
            return try await make(id: parts[2], name: name ?? "")
        case (.PUT, 4):
            state.withLock { state in
                for index in state.keys.indices where state.keys[index].id == parts[2] {
                    state.keys[index].name = name ?? ""
                }
            }
            return .answer(204, "")
        case (.DELETE, 3): return .answer(await delete(parts[2]) ? 204 : 404, "")
        default: return .answer(404, "{}")
        }
    }

    private func make(id: String, name: String) async throws -> Reply {
        let key = Key(id: id, name: name, port: try LoopbackPort.free(), password: "password \(UUID())")
        let activates = state.withLock { state in
            state.keys.append(key)
            return state.activatesKeys
        }
        if activates { try await activate() }
        return .answer(201, json(key))
    }

    private func delete(_ id: String) async -> Bool {
        let (known, process) = state.withLock { state in
            let key = state.keys.first { $0.id == id }
            state.keys.removeAll { $0.id == id }
            return (key != nil, key.flatMap { state.processes.removeValue(forKey: $0.port) })
        }
        await process?.stop()
        return known
    }

    private func json(_ key: Key) -> String {
        let credentials = Data("chacha20-ietf-poly1305:\(key.password)".utf8).base64EncodedString()
        return """
            {"id":"\(key.id)","name":"\(key.name)","password":"\(key.password)","port":\(key.port),\
            "method":"chacha20-ietf-poly1305","accessUrl":"ss://\(credentials)@127.0.0.1:\(key.port)/?outline=1"}
            """
    }
}

private final class FakeShadowboxHandler: ChannelInboundHandler {
    typealias InboundIn = NIOHTTPServerRequestFull
    typealias OutboundOut = HTTPServerResponsePart

    private let fake: FakeShadowbox.Holder

    init(_ fake: FakeShadowbox.Holder) { self.fake = fake }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let request = unwrapInboundIn(data)
        let body = request.body.map { Array($0.readableBytesView) } ?? []
        let (method, uri, channel) = (request.head.method, request.head.uri, context.channel)
        let fake = fake
        Task {
            let reply = try await fake.value?.reply(to: method, uri, body: body) ?? .end
            switch reply {
            case .nothing: break
            case .end: try await channel.close()
            case .answer(let status, let text):
                var head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: status))
                head.headers.add(name: "Content-Length", value: String(text.utf8.count))
                channel.write(HTTPServerResponsePart.head(head), promise: nil)
                channel.write(HTTPServerResponsePart.body(.byteBuffer(ByteBuffer(string: text))), promise: nil)
                try await channel.writeAndFlush(HTTPServerResponsePart.end(nil))
            }
        }
    }
}
