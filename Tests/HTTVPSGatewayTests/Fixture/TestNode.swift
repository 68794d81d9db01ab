import HTTVPSProtocol
import HTTVPSShadowsocks
import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

final class TestNode: Sendable {
    enum Behaviour: Sendable {
        case echo
        case finishAtOnce
        case resetAtOnce
        case resetAfterData
        case stall
        case source(Int)
        case sink
    }

    struct Seen: Sendable {
        var firstPlaintexts: [Int] = []
        var bytes = 0
        var finishes = 0
        var isExact = true
        var target: TargetAddress?
        var accepted = 0
        var salts: [[UInt8]] = []
    }

    private final class Child: Sendable {
        let channel: any Channel
        let isUsed = Atomic(false)
        let isDoomed = Atomic(false)

        init(_ channel: any Channel) { self.channel = channel }
    }

    private final class Server: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let behaviour: Behaviour
        private let key: MasterKey
        private let seen: TestNode
        private let child: Child
        private var opener: StreamOpener
        private var sealer: StreamSealer?
        private var hasAddress = false
        private var hasFinished = false
        private var taken = 0
        private var produced = 0

        init(_ behaviour: Behaviour, key: MasterKey, seen: TestNode, child: Child) {
            self.child = child
            self.behaviour = behaviour
            self.key = key
            self.seen = seen
            opener = StreamOpener(key: key)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var ciphertext = unwrapInboundIn(data)
            if child.isDoomed.load(ordering: .relaxed) { return reset(context) }
            if !child.isUsed.exchange(true, ordering: .relaxed) {
                let salt = Array(ciphertext.readableBytesView.prefix(key.method.saltLength))
                seen.note { $0.salts.append(salt) }
            }
            var plaintext = ByteBuffer()
            do {
                try opener.open(&ciphertext, into: &plaintext)
                if !hasAddress, plaintext.readableBytes > 0 {
                    hasAddress = true
                    let target = try plaintext.readSocksAddress()
                    seen.note {
                        $0.target = target
                        $0.firstPlaintexts.append(plaintext.readableBytes)
                    }
                }
                let count = plaintext.readableBytes
                seen.note { $0.bytes += count }
                try act(context, plaintext)
            } catch {
                context.close(promise: nil)
            }
        }

        func channelInactive(context: ChannelHandlerContext) {
            if !hasFinished { seen.note { $0.finishes += 1 } }
        }

        private func act(_ context: ChannelHandlerContext, _ plaintext: ByteBuffer) throws {
            switch behaviour {
            case .echo: try answer(context, plaintext)
            case .finishAtOnce: context.close(mode: .output, promise: nil)
            case .resetAtOnce: reset(context)
            case .resetAfterData:
                try answer(context, plaintext)
                context.eventLoop.assumeIsolated().scheduleTask(in: .milliseconds(100)) { self.reset(context) }
            case .stall: break
            case .source: try produce(context)
            case .sink:
                let isExact = TestPattern.matches(plaintext, at: taken)
                taken += plaintext.readableBytes
                if !isExact { seen.note { $0.isExact = false } }
            }
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) { try? produce(context) }

        private func produce(_ context: ChannelHandlerContext) throws {
            guard case .source(let total) = behaviour, hasAddress, produced < total else { return }
            if sealer == nil { sealer = try StreamSealer(key: key) }
            while produced < total, context.channel.isWritable {
                let count = min(total - produced, 65_536)
                var sealed = ByteBuffer()
                try sealer?.seal(TestPattern.bytes(at: produced, count: count), into: &sealed)
                produced += count
                context.writeAndFlush(wrapOutboundOut(sealed), promise: nil)
            }
            if produced == total { context.close(mode: .output, promise: nil) }
        }

        private func answer(_ context: ChannelHandlerContext, _ plaintext: ByteBuffer) throws {
            if sealer == nil { sealer = try StreamSealer(key: key) }
            var sealed = ByteBuffer()
            try sealer?.seal(plaintext, into: &sealed)
            context.writeAndFlush(wrapOutboundOut(sealed), promise: nil)
        }

        private func reset(_ context: ChannelHandlerContext) {
            let now = linger(l_onoff: 1, l_linger: 0)
            (context.channel as? any SocketOptionProvider)?.setSoLinger(now).whenComplete { _ in }
            context.close(promise: nil)
        }

        func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
            guard case ChannelEvent.inputClosed = event else { return }
            hasFinished = true
            seen.note { $0.finishes += 1 }
            switch behaviour {
            case .echo, .sink: context.close(mode: .output, promise: nil)
            default: break
            }
        }
    }

    private static let password = "node-password"

    private let listener = Mutex<(any Channel)?>(nil)
    private let children = Mutex<[Child]>([])
    private let state = Mutex(Seen())

    var seen: Seen { state.withLock { $0 } }

    private func note(_ change: (inout Seen) -> Void) { state.withLock { change(&$0) } }

    static func start(_ behaviour: Behaviour) async throws -> TestNode {
        let node = TestNode()
        let key = MasterKey(password: password, method: .chacha20Poly1305)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .childChannelInitializer { channel in
                let child = Child(channel)
                node.children.withLock { $0.append(child) }
                node.note { $0.accepted += 1 }
                return channel.eventLoop.makeCompletedFuture {
                    if case .stall = behaviour { try channel.syncOptions?.setOption(.autoRead, value: false) }
                    try channel.pipeline.syncOperations.addHandler(
                        Server(behaviour, key: key, seen: node, child: child))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        node.listener.withLock { $0 = channel }
        return node
    }

    func assigned(_ id: String = "oln_1", halfClose: Bool = true) -> AssignedNode {
        AssignedNode(
            nodeID: id, host: "127.0.0.1", port: UInt16(listener.withLock { $0?.localAddress?.port } ?? 0),
            method: "chacha20-ietf-poly1305", password: Self.password, prefix: nil, halfClose: halfClose, region: "eu",
            weight: 1)
    }

    func stopAccepting() async { try? await listener.withLock { $0 }?.close() }

    func doomIdle() { for child in idle { child.isDoomed.store(true, ordering: .relaxed) } }

    func closeIdle() async { for child in idle { try? await child.channel.close() } }

    private var idle: [Child] {
        children.withLock { $0 }.filter { !$0.isUsed.load(ordering: .relaxed) }
    }

    func stop() async {
        try? await listener.withLock { $0 }?.close()
        for child in children.withLock({ $0 }) { try? await child.channel.close() }
    }
}
