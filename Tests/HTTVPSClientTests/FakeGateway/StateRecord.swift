import Synchronization

@testable import HTTVPSClient

final class StateRecord: Sendable {
    private let seen = Mutex<[String]>([])

    init(_ tunnel: Tunnel) {
        let states = tunnel.states()
        Task { for await state in states { self.note(state) } }
    }

    var all: [String] { seen.withLock { $0 } }

    func count(_ name: String) -> Int { all.count { $0 == name } }

    private func note(_ state: TunnelState) {
        let name =
            switch state {
            case .connecting: "connecting"
            case .connected: "connected"
            case .paused: "paused"
            case .resumed: "resumed"
            case .waiting: "waiting"
            case .stopped: "stopped"
            }
        seen.withLock { $0.append(name) }
    }
}
