import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

final class ShadowsocksConnection: EgressConnection {
    enum State {
        case dialing
        case waitingForData(NodeSocket, NodeRoute)
        case established(ShadowsocksChannel, NodeRoute)
        case closed
    }

    private static let room = 65_536

    let egress: ShadowsocksEgress
    let target: TargetAddress
    weak var consumer: (any EgressConsumer)?
    var state = State.dialing
    var race = DialRace()
    var first = ByteBuffer()
    var kept: FirstData?
    var isWarm = false
    var hasMoved = false
    var begunAt = NIODeadline.now()
    var hasAnswered = false
    private let address: ByteBuffer
    private var isFinishing = false
    private var hasOpened = false
    private var taken = 0
    private(set) var meter: NodeMeter?

    init(target: TargetAddress, consumer: any EgressConsumer, egress: ShadowsocksEgress) {
        self.egress = egress
        self.consumer = consumer
        self.target = target
        var address = ByteBuffer()
        address.writeSocksAddress(target)
        self.address = address
    }

    var isWritable: Bool {
        switch state {
        case .dialing, .waitingForData: first.readableBytes < Self.room
        case .established(let channel, _): channel.isWritable
        case .closed: true
        }
    }

    func send(_ data: ByteBuffer) {
        switch state {
        case .dialing, .waitingForData:
            if first.readableBytes == 0 { first = data } else { first.writeImmutableBuffer(data) }
        case .established(let channel, _):
            if kept?.append(data) == false { releaseKept() }
            take(data.readableBytes)
            channel.send(data)
        case .closed: break
        }
    }

    func flush() {
        switch state {
        case .waitingForData(let socket, let route) where first.readableBytes > 0: begin(socket, route)
        case .established(let channel, _): channel.flush()
        case .dialing, .waitingForData, .closed: break
        }
    }

    func finish() {
        isFinishing = true
        switch state {
        case .waitingForData(let socket, let route): begin(socket, route)
        case .established(let channel, _): channel.finish()
        case .dialing, .closed: break
        }
    }

    func resume() {
        if case .established(let channel, _) = state { channel.resume() }
    }

    func close() {
        consumer = nil
        switch state {
        case .waitingForData(let socket, _): socket.close()
        case .established(let channel, _): channel.close()
        case .dialing, .closed: break
        }
        state = .closed
    }

    func giveUp(_ reason: StreamCloseReason = .egressUnavailable, _ message: String = "no node could be reached") {
        state = .closed
        first = ByteBuffer()
        kept = nil
        consumer?.egressFailed(reason, message)
    }

    func connected(_ socket: NodeSocket, _ route: NodeRoute, isWarm: Bool) {
        self.isWarm = isWarm
        state = .waitingForData(socket, route)
        guard first.readableBytes == 0, !isFinishing, !hasOpened else { return begin(socket, route) }
        egress.loop.assumeIsolated().scheduleTask(in: egress.settings.firstDataWait) { [weak self] in
            guard let self, case .waitingForData(let waiting, let route) = state, waiting === socket else { return }
            begin(socket, route)
        }
    }

    private func begin(_ socket: NodeSocket, _ route: NodeRoute) {
        let channel = ShadowsocksChannel(
            route: route, settings: egress.settings, allocator: egress.allocator, consumer: self)
        guard socket.handOver(to: channel) else { return lost(route) }
        state = .established(channel, route)
        let data = first
        first = ByteBuffer()
        kept = FirstData(data, room: egress.settings.keptData)
        begunAt = .now()
        meter = meter(of: route)
        take(data.readableBytes - taken)
        guard channel.begin(address: address, data: data) else { return }
        if !hasOpened {
            hasOpened = true
            consumer?.egressOpened()
        }
        consumer?.egressWritabilityChanged()
        if isFinishing { channel.finish() }
        watchForAnswer(from: route)
    }

    func meter(of route: NodeRoute) -> NodeMeter { egress.connections.metrics.nodes[route.nodeID] }

    private func take(_ count: Int) {
        guard count > 0 else { return }
        taken += count
        meter?.bytesUp.increment(by: Int64(count))
        consumer?.egressTook(count)
    }

    private func watchForAnswer(from route: NodeRoute) {
        let begun = begunAt
        egress.loop.assumeIsolated().scheduleTask(in: egress.settings.answerPatience) { [weak self] in
            guard let self, !hasAnswered, case .established = state, begunAt == begun else { return }
            if hasSentData { egress.roster.wentUnanswered(route.nodeID, for: target) }
            releaseKept()
        }
    }
}
