import HTTVPSProtocol
import NIOCore
import Synchronization

@testable import HTTVPSClient

final class FakeSession {
    let id: String
    let token = "token-\(UInt64.random(in: 0...(.max)))"
    let grant: SessionGrant
    var carrier: FakeGatewayHandler?
    var attempt: UInt64 = 0
    private let gateway: FakeGateway
    private var multiplexer: Multiplexer
    private var hosts: [StreamID: String] = [:]
    private var owed: [StreamID: Int] = [:]
    private var paid: [StreamID: Int] = [:]
    private var echoes: [StreamID: ByteBuffer] = [:]
    private var finished: Set<StreamID> = []

    init(_ number: Int, _ gateway: FakeGateway, _ hello: Hello) {
        let behaviour = gateway.current
        self.gateway = gateway
        id = "ses_\(number)"
        let agreed = behaviour.capabilities.agreed(with: hello.capabilities)
        var grant = SessionGrant(
            sessionID: id, userID: "usr_1", subscriptionStatus: "active", capabilities: agreed,
            maxStreams: behaviour.maxStreams, maxPayload: 65_536, initialWindow: behaviour.initialWindow,
            keepaliveSeconds: behaviour.keepaliveSeconds, region: "eu")
        if agreed.contains(.resume) { grant.resumeToken = token }
        self.grant = grant
        multiplexer = Multiplexer(
            configuration: .init(
                role: .gateway, capabilities: agreed, maxStreams: behaviour.maxStreams,
                initialWindow: behaviour.initialWindow))
    }

    func receive(_ frame: Frame) throws { handle(try multiplexer.receive(frame)) }

    func resume(_ streams: [StreamOffset]) -> SessionGrant {
        _ = multiplexer.resume(listed: streams, lastStreamID: nil)
        var answer = grant
        answer.resumed = true
        answer.lastStreamID = multiplexer.highestID
        answer.streams = multiplexer.listedStreams
        return answer
    }

    func goOn() {
        while carrier?.isWritable == true, let frame = multiplexer.nextRepeat(maxPayload: 16_384) { write(frame) }
        guard !multiplexer.hasRepeats else { return }
        for id in Array(owed.keys) { pay(id) }
        for id in Array(echoes.keys) { echo(id) }
    }

    private func write(_ frame: Frame) { carrier?.write(frame) }

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
        case .datagram(let id, let target, let data, _): answer(data, to: target, on: id)
        case .reply(let frame), .refuse(let frame, _): write(frame)
        default: break
        }
    }

    private func answer(_ data: ByteBuffer, to target: TargetAddress, on id: StreamID) {
        guard target.hostDescription != "denied.test" else { return end(id, .deniedByPolicy) }
        var source = target
        if case .name = target.host { source.host = .ipv4(0xC000_0207) }
        write(.datagram(id, target: source, data: data))
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
        case "mute.test":
            opened(id)
            if multiplexer.sendFinish(on: id) { write(.streamFinish(id)) }
        case "source.test":
            opened(id)
            owed[id] = Int(target.port) * 1_024
            pay(id)
        default: opened(id)
        }
    }

    private func opened(_ id: StreamID) {
        write(.streamOpened(id))
        if let window = multiplexer.sendOpened(on: id) { write(window) }
    }

    private func end(_ id: StreamID, _ reason: StreamCloseReason) {
        if multiplexer.close(id) { write(.streamClose(id, reason, message: "as the test asks")) }
    }

    private func take(_ data: ByteBuffer, on id: StreamID) {
        note(id) { ledger, host in
            if host == "sink.test" { ledger.wrongBytes += Pattern.wrong(data, at: ledger.received[host] ?? 0) }
            ledger.received[host, default: 0] += data.readableBytes
        }
        guard hosts[id] != "stall.test" else { return }
        guard hosts[id] == "echo.test" else {
            if let update = multiplexer.consume(data.readableBytes, on: id) { write(update) }
            return
        }
        echoes[id, default: ByteBuffer()].writeImmutableBuffer(data)
        echo(id)
    }

    private func echo(_ id: StreamID) {
        guard carrier != nil, hosts[id] == "echo.test", multiplexer.isOpen(id) else { return }
        let count = min(multiplexer.credit(id), echoes[id]?.readableBytes ?? 0)
        if count > 0, let piece = echoes[id]?.readSlice(length: count) {
            multiplexer.sendData(piece, on: id)
            write(.streamData(id, piece))
            if let update = multiplexer.consume(count, on: id) { write(update) }
        }
        guard finished.contains(id), echoes[id]?.readableBytes ?? 0 == 0 else { return }
        if multiplexer.sendFinish(on: id) { write(.streamFinish(id)) }
    }

    private func pay(_ id: StreamID) {
        while let left = owed[id], carrier?.isWritable == true {
            guard left > 0 else {
                owed[id] = nil
                if multiplexer.sendFinish(on: id) { write(.streamFinish(id)) }
                return
            }
            let count = min(left, multiplexer.credit(id), 16_384)
            guard count > 0 else { return }
            let piece = Pattern.bytes(at: paid[id] ?? 0, upTo: count)
            multiplexer.sendData(piece, on: id)
            owed[id] = left - piece.readableBytes
            paid[id, default: 0] += piece.readableBytes
            write(.streamData(id, piece))
        }
    }
}
