import HTTVPSObservability
import HTTVPSProtocol
import NIOCore

extension Session: CarriedSession {
    func receive(_ frame: Frame, from carrier: any Carrier) {
        guard carrier === self.carrier else { return }
        isBatching = true
        if case .pong(let nonce) = frame { heard(nonce) }
        do throws(TunnelError) {
            perform(try multiplexer.receive(frame))
        } catch {
            fail(error)
        }
    }

    func completeBatch(from carrier: any Carrier) {
        guard carrier === self.carrier else { return }
        isBatching = false
        pongs = 0
        if let pong = heldPong {
            heldPong = nil
            send(pong)
        }
        flushDirty()
        endIfDrained()
        flush()
    }

    func writabilityChanged(of carrier: any Carrier) {
        if carrier === self.carrier { flush() }
    }

    func fail(_ ending: SessionEnding, from carrier: any Carrier) {
        if carrier === self.carrier { conclude(ending) }
    }

    func reply(_ frame: Frame) {
        guard case .pong = frame else { return send(frame) }
        pongs += 1
        guard pongs > Self.pongsPerTurn else { return send(frame) }
        environment.metrics.limits[.pings].increment()
        heldPong = frame
    }

    func measureRoundTrip(_ count: Int) {
        bulk += count
        guard flowControl, bulk >= grant.initialWindow / 2 else { return }
        var generator = SystemRandomNumberGenerator()
        guard let nonce = clock.ping(at: .now(), using: &generator) else { return }
        bulk = 0
        if grant.capabilities.contains(.padding) { send(.padding(Int.random(in: 0...255))) }
        send(.ping(nonce))
    }

    private func heard(_ nonce: ByteBuffer?) {
        clock.pong(nonce, at: .now())
        multiplexer.roundTrip = clock.roundTrip
    }
}
