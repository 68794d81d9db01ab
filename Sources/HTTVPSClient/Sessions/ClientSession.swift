import HTTVPSProtocol
import NIOCore

final class ClientSession {
    enum Trouble: Sendable {
        case over(SessionEnd)
        case broken(String)
        case doubtful
        case moved
    }

    enum Succession: Sendable {
        case goaway
        case over(SessionEnd)
        case successor(NIOLoopBound<ClientSession>)
    }

    static let unconsumedLimit = 1_048_576

    let gateway: GatewayAddress
    let eventLoop: any EventLoop
    let traffic: Traffic
    let nap = Nap()
    let succession: EventLoopPromise<Succession>
    private(set) var end: SessionEnd?
    var isRetired = false

    var machine: ClientSessionStateMachine
    var carrier: Carrier?
    var greeting: Greeting?
    var becameReady: (() -> Void)?
    private var trouble: Trouble?
    private var follower: EventLoopPromise<Trouble>?

    var consumers: [StreamID: any StreamConsumer] = [:]
    var associations: [StreamID: any DatagramConsumer] = [:]
    var touched: [StreamID] = []
    var blocked: [StreamID] = []
    var unconsumed = 0

    init(_ grant: SessionGrant, gateway: GatewayAddress, on carrier: Carrier, traffic: Traffic) {
        self.gateway = gateway
        self.traffic = traffic
        eventLoop = carrier.eventLoop
        machine = ClientSessionStateMachine(grant)
        succession = eventLoop.makePromise()
        take(carrier)
    }

    var isOver: Bool { end != nil }

    var isPaused: Bool { carrier == nil && !isOver }

    func take(_ carrier: Carrier) {
        self.carrier = carrier
        carrier.owner = self
        carrier.encoding = machine.encoding
        carrier.limits = machine.limits
        carrier.keepAlive(
            seconds: machine.grant.keepaliveSeconds, pads: machine.grant.capabilities.contains(.padding))
        machine.roundTrip = carrier.roundTrip
        trouble = nil
        traffic.unpause(at: eventLoop.now)
    }

    func raise(_ trouble: Trouble) {
        if let follower {
            self.follower = nil
            return follower.succeed(trouble)
        }
        if case .over? = self.trouble { return }
        self.trouble = trouble
    }

    func nextTrouble() -> EventLoopFuture<Trouble> {
        if let end { return eventLoop.makeSucceededFuture(.over(end)) }
        if let trouble {
            self.trouble = nil
            return eventLoop.makeSucceededFuture(trouble)
        }
        let promise = eventLoop.makePromise(of: Trouble.self)
        follower?.succeed(.moved)
        follower = promise
        return promise.futureResult
    }

    func stop() { finish(.stopped, closeCode: .normal) }

    func finish(_ end: SessionEnd, closeCode: WebSocketCloseCode?, isEcho: Bool = false) {
        guard self.end == nil else { return }
        self.end = end
        machine.stop()
        if let closeCode { carrier?.close(closeCode, isEcho: isEcho) } else { carrier?.abandon() }
        carrier = nil
        traffic.unpause(at: eventLoop.now)
        greeting?.cancel(.unneeded)
        greeting = nil
        raise(.over(end))
        nap.wake()
        retire(.over(end))
        becameReady = nil
        let consumers = Array(self.consumers.values)
        self.consumers.removeAll()
        touched.removeAll()
        blocked.removeAll()
        loseAssociations()
        for consumer in consumers { consumer.streamClosed(.internal, message: end.error.message) }
    }

    func loseAssociations() {
        let ended = Array(associations.values)
        associations.removeAll()
        _ = machine.endAssociations()
        for association in ended { association.associationEnded(.internal) }
    }
}
