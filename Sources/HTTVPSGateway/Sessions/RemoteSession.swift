import HTTVPSProtocol
import NIOCore

final class RemoteSession: CarriedSession {
    private static let largestCrossing = 8

    private let far: NIOLoopBound<RemoteCarrier>
    private let home: any EventLoop
    private let loop: any EventLoop
    private var frames: [Frame] = []
    private var crossing = 0

    init(_ far: NIOLoopBound<RemoteCarrier>, home: any EventLoop, loop: any EventLoop) {
        self.far = far
        self.home = home
        self.loop = loop
    }

    func receive(_ frame: Frame, from carrier: any Carrier) { frames.append(frame) }

    func completeBatch(from carrier: any Carrier) {
        guard !frames.isEmpty else { return }
        let batch = frames
        frames = []
        crossing += 1
        if crossing == Self.largestCrossing { carrier.setCongested(true) }
        let back = NIOLoopBound((session: self, carrier: carrier), eventLoop: loop)
        home.execute { [far, loop] in
            far.value.receive(batch)
            loop.execute { back.value.session.crossed(back.value.carrier) }
        }
    }

    func writabilityChanged(of carrier: any Carrier) { home.execute { [far] in far.value.becameWritable() } }

    func fail(_ ending: SessionEnding, from carrier: any Carrier) {
        completeBatch(from: carrier)
        home.execute { [far] in far.value.fail(ending) }
    }

    func lost(_ carrier: any Carrier) {
        completeBatch(from: carrier)
        home.execute { [far] in far.value.lost() }
    }

    private func crossed(_ carrier: any Carrier) {
        crossing -= 1
        if crossing == Self.largestCrossing - 1 { carrier.setCongested(false) }
    }
}
