import NIOCore

final class CarrierAttempt {
    let gateway: GatewayAddress
    let request: BrowserRequest
    let opened: EventLoopPromise<OpenedCarrier>
    private(set) var phase: ConnectPhase
    private(set) var tlsVersion: String?
    private(set) var applicationProtocol: String?
    private let channel: any Channel
    private let limits: ConnectLimits
    private let start: NIODeadline
    private let connected: NIODeadline
    private var secured: NIODeadline?
    private var timer: Scheduled<Void>?
    private var isOver = false

    init(
        gateway: GatewayAddress, request: BrowserRequest, channel: any Channel, limits: ConnectLimits,
        start: NIODeadline
    ) {
        self.gateway = gateway
        self.request = request
        self.channel = channel
        self.limits = limits
        self.start = start
        connected = channel.eventLoop.now
        opened = channel.eventLoop.makePromise()
        phase = gateway.isSecure ? .tls : .upgrade
        limit(gateway.isSecure ? limits.tls : limits.upgrade)
    }

    func secure(version: String?, applicationProtocol: String?) {
        secured = channel.eventLoop.now
        tlsVersion = version
        self.applicationProtocol = applicationProtocol
        phase = .upgrade
        limit(limits.upgrade)
    }

    func succeed(_ channel: any Channel, _ kind: CarrierKind, _ gate: CarrierGate) {
        guard end() else { return }
        opened.succeed(OpenedCarrier(channel: channel, kind: kind, attempt: self, gate: gate))
    }

    func fail(_ fault: CarrierFailure.Fault, _ message: String, cause: (any Error)? = nil) {
        guard end() else { return }
        opened.fail(
            CarrierFailure(
                phase: phase, fault: fault, message: message, cause: cause,
                timings: timings(upgraded: channel.eventLoop.now)))
        channel.close(promise: nil)
    }

    func fail(_ error: any Error) {
        fail(phase == .tls ? .insecure : .broken, ConnectFailure.sentence(error), cause: error)
    }

    func timings(upgraded: NIODeadline) -> OpenedCarrier.Timings {
        OpenedCarrier.Timings(
            connected: connected - start, secured: secured.map { $0 - start }, upgraded: upgraded - start)
    }

    private func end() -> Bool {
        guard !isOver else { return false }
        isOver = true
        timer?.cancel()
        return true
    }

    private func limit(_ time: TimeAmount) {
        timer?.cancel()
        timer = channel.eventLoop.assumeIsolated().scheduleTask(in: time) { self.expire() }
    }

    private func expire() {
        fail(.silent, phase == .tls ? "the TLS handshake got no answer in time" : "the site did not answer in time")
    }
}
