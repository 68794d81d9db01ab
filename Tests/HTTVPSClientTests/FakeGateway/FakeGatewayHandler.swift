import Foundation
import HTTVPSProtocol
import NIOCore
import Synchronization

final class FakeGatewayHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private static let blob = ByteBuffer(repeating: 0x5A, count: 16_384)

    private let gateway: FakeGateway
    private var head: ByteBuffer? = ByteBuffer()
    private var assembler = WebSocketMessageAssembler(
        role: .gateway, limits: WebSocketLimits(text: true, binaryPayload: 65_536))
    private var encoder = WebSocketFrameEncoder(role: .gateway)
    private var multiplexer: Multiplexer?
    private var encoding = FrameEncoding.json
    private var hosts: [StreamID: String] = [:]
    private var owed: [StreamID: Int] = [:]
    private var echoes: [StreamID: ByteBuffer] = [:]
    private var finished: Set<StreamID> = []
    private var context: ChannelHandlerContext?

    init(_ gateway: FakeGateway) { self.gateway = gateway }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if let frame = event as? Frame { write(frame) }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        if var head {
            head.writeBuffer(&bytes)
            let text = String(buffer: head)
            guard let end = text.range(of: "\r\n\r\n") else {
                self.head = head
                return
            }
            self.head = nil
            upgrade(text[..<end.lowerBound].components(separatedBy: "\r\n"))
            head.moveReaderIndex(forwardBy: text[..<end.upperBound].utf8.count)
            bytes = head
        }
        assembler.append(bytes)
        do {
            while let message = try assembler.next() { try receive(message) }
        } catch {
            context.close(promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        for id in owed.keys { pay(id) }
    }

    private func upgrade(_ lines: [String]) {
        let headers = lines.dropFirst().compactMap { line -> (name: String, value: String)? in
            guard let colon = line.firstIndex(of: ":") else { return nil }
            return (String(line[..<colon]), String(line[line.index(after: colon)...]))
        }
        let words = lines[0].components(separatedBy: " ")
        guard
            let key = WebSocketHandshake.key(
                ofUpgradeTo: "/ws", method: words[0], isHTTP11: words[2] == "HTTP/1.1", target: words[1],
                headers: headers)
        else { return write(ByteBuffer(string: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")) }
        let fields = WebSocketHandshake.upgradeResponse(for: key).map { "\($0.name): \($0.value)\r\n" }.joined()
        write(ByteBuffer(string: "HTTP/1.1 101 Switching Protocols\r\n\(fields)\r\n"))
    }

    private func write(_ bytes: ByteBuffer) { context?.writeAndFlush(wrapOutboundOut(bytes), promise: nil) }

    private func write(_ frame: Frame) {
        var out = ByteBuffer()
        encoder.append(encoding == .binary ? .binary : .text, to: &out) { encoding.encode(frame, into: &$0) }
        write(out)
    }

    private func receive(_ message: WebSocketMessage) throws {
        switch message {
        case .close(let close):
            write(encoder.encode(close))
            context?.close(promise: nil)
        case .ping(let payload): write(encoder.encode(.pong, payload))
        case .pong: break
        case .text(let bytes) where multiplexer == nil: greet(try Hello.decode(bytes))
        case .text(let bytes), .binary(let bytes):
            guard let frame = try encoding.decode(bytes, maxPayload: 65_536) else { return }
            if case .ping = frame { gateway.ledger.withLock { $0.pings += 1 } }
            guard let result = try multiplexer?.receive(frame) else { return }
            handle(result)
        }
    }

    private func greet(_ hello: Hello) {
        let behaviour = gateway.current
        gateway.ledger.withLock { $0.hellos.append(hello) }
        if let refusal = behaviour.refusal {
            write(encoder.encode(.text, AuthResult.refused(reason: refusal).encoded()))
            return write(encoder.encode(WebSocketClose(code: .policyViolation, reason: refusal)))
        }
        let agreed = behaviour.capabilities.agreed(with: hello.capabilities)
        let grant = SessionGrant(
            sessionID: "ses_1", userID: "usr_1", subscriptionStatus: "active", capabilities: agreed,
            maxStreams: behaviour.maxStreams, maxPayload: 65_536, initialWindow: behaviour.initialWindow,
            keepaliveSeconds: 1, region: "eu")
        write(encoder.encode(.text, AuthResult.allowed(grant).encoded()))
        encoding = FrameEncoding(agreed)
        multiplexer = Multiplexer(
            configuration: .init(
                role: .gateway, capabilities: agreed, maxStreams: behaviour.maxStreams,
                initialWindow: behaviour.initialWindow))
    }

    private func handle(_ result: Multiplexer.OnFrame) {
        switch result {
        case .open(let id, let target, let data):
            hosts[id] = target.hostDescription
            gateway.ledger.withLock { $0.opened.append(target) }
            open(id, target)
            if data.readableBytes > 0 { take(data, on: id) }
        case .data(let id, let data, let acknowledgement):
            acknowledgement.map { write($0) }
            take(data, on: id)
        case .finish(let id, let acknowledgement):
            acknowledgement.map { write($0) }
            note(id) { $0.finished.insert($1) }
            finished.insert(id)
            echo(id)
        case .closed(let id, let reason, _):
            note(id) { $0.closed[$1] = reason }
            owed[id] = nil
        case .credit(let id):
            pay(id)
            echo(id)
        case .reply(let frame), .refuse(let frame, _): write(frame)
        default: break
        }
    }

    private func note(_ id: StreamID, _ edit: (inout FakeGateway.Ledger, String) -> Void) {
        guard let host = hosts[id] else { return }
        gateway.ledger.withLock { edit(&$0, host) }
    }

    private func open(_ id: StreamID, _ target: TargetAddress) {
        switch target.hostDescription {
        case "denied.test": end(id, .deniedByPolicy)
        case "unreachable.test": end(id, .egressUnavailable)
        case "reset.test":
            opened(id)
            end(id, .egressReset)
        case "source.test":
            opened(id)
            owed[id] = Int(target.port) * 1_024
            pay(id)
        default: opened(id)
        }
    }

    private func opened(_ id: StreamID) {
        write(.streamOpened(id))
        if let window = multiplexer?.sendOpened(on: id) { write(window) }
    }

    private func end(_ id: StreamID, _ reason: StreamCloseReason) {
        if multiplexer?.close(id) == true { write(.streamClose(id, reason, message: "as the test asks")) }
    }

    private func take(_ data: ByteBuffer, on id: StreamID) {
        note(id) { $0.received[$1, default: 0] += data.readableBytes }
        guard hosts[id] != "stall.test" else { return }
        guard hosts[id] == "echo.test" else {
            if let update = multiplexer?.consume(data.readableBytes, on: id) { write(update) }
            return
        }
        echoes[id, default: ByteBuffer()].writeImmutableBuffer(data)
        echo(id)
    }

    private func echo(_ id: StreamID) {
        guard hosts[id] == "echo.test", let credit = multiplexer?.credit(id) else { return }
        let count = min(credit, echoes[id]?.readableBytes ?? 0)
        if count > 0, let piece = echoes[id]?.readSlice(length: count) {
            multiplexer?.sendData(piece, on: id)
            write(.streamData(id, piece))
            if let update = multiplexer?.consume(count, on: id) { write(update) }
        }
        guard finished.contains(id), echoes[id]?.readableBytes ?? 0 == 0 else { return }
        if multiplexer?.sendFinish(on: id) == true { write(.streamFinish(id)) }
    }

    private func pay(_ id: StreamID) {
        while let left = owed[id], let credit = multiplexer?.credit(id), context?.channel.isWritable == true {
            guard left > 0 else {
                owed[id] = nil
                if multiplexer?.sendFinish(on: id) == true { write(.streamFinish(id)) }
                return
            }
            let count = min(left, credit, Self.blob.readableBytes)
            guard count > 0, let piece = Self.blob.getSlice(at: 0, length: count) else { return }
            multiplexer?.sendData(piece, on: id)
            owed[id] = left - count
            write(.streamData(id, piece))
        }
    }
}
