import HTTVPSProtocol
import NIOCore

extension Carrier {
    private static let longestPadding = 320

    func keepAlive(seconds: Int, pads: Bool) {
        self.pads = pads
        let keepalive = Keepalive(seconds: seconds, now: eventLoop.now, jitter: .random(in: 0...1))
        self.keepalive = keepalive
        schedule(keepalive.next)
    }

    func hear() {
        if keepalive?.hear(now: eventLoop.now) == true { owner?.carrierRecovered(self) }
    }

    func work() {
        guard keepalive?.work(now: eventLoop.now) == true, let next = keepalive?.next else { return }
        schedule(next)
    }

    func ponged(_ nonce: ByteBuffer?) {
        guard let question, (nonce ?? ByteBuffer()) == question.nonce else { return }
        self.question = nil
        let sample = eventLoop.now - question.sent
        roundTrip = min(roundTrip ?? sample, sample)
    }

    func ping() {
        let nonce = ByteBuffer(bytes: (0..<Int.random(in: 0...8)).map { _ in UInt8.random(in: 97...122) })
        question = (nonce, eventLoop.now)
        write(.ping(nonce))
        if pads { write(.padding(.random(in: 0...Self.longestPadding))) }
        flush()
    }

    private func schedule(_ deadline: NIODeadline) {
        timer?.cancel()
        timer = eventLoop.assumeIsolated().scheduleTask(deadline: deadline) { self.fired() }
    }

    private func fired() {
        guard isRunning else { return }
        switch keepalive?.timer(now: eventLoop.now, jitter: .random(in: 0...1)) {
        case .wait(let deadline): schedule(deadline)
        case .ping(let next):
            ping()
            schedule(next)
        case .doubt(let next):
            schedule(next)
            owner?.carrierDoubted(self)
        case .dead: broken("the gateway was silent for too long")
        case nil: break
        }
    }
}
