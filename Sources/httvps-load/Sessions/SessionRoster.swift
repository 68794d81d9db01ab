import HTTVPSClient
import Synchronization

final class SessionRoster: Sendable {
    private let standing = Mutex<[Int: Tunnel]>([:])

    func add(_ tunnel: Tunnel, as number: Int) { standing.withLock { $0[number] = tunnel } }

    func remove(_ number: Int) { standing.withLock { _ = $0.removeValue(forKey: number) } }

    func any() -> Tunnel? { standing.withLock { $0.values.randomElement() } }
}
