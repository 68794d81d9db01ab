import HTTVPSProtocol
import NIOCore
import Synchronization

final class AddressLimit: Sendable {
    final class Place: Sendable {
        private let isHeld = Atomic(true)
        private let release: @Sendable () -> Void

        init(release: @escaping @Sendable () -> Void) { self.release = release }

        func leave() {
            if isHeld.exchange(false, ordering: .relaxed) { release() }
        }
    }

    private let capacity: Int
    private let counts = Mutex<[String: Int]>([:])

    init(capacity: Int) { self.capacity = capacity }

    func admit(_ address: String) -> Place? {
        let group = Self.group(address)
        let isAdmitted = counts.withLock { counts in
            let count = counts[group, default: 0]
            guard count < capacity else { return false }
            counts[group] = count + 1
            return true
        }
        return isAdmitted ? Place { self.release(group) } : nil
    }

    var addresses: Int { counts.withLock { $0.count } }

    static func group(_ address: String) -> String {
        switch AddressBlock.Address(address) {
        case .ipv6(let address): "\(IPv6Address(high: address.high, low: 0))/64"
        case .ipv4(let address): IPv4Text.format(address)
        case nil: address
        }
    }

    private func release(_ group: String) {
        counts.withLock { counts in
            let left = counts[group, default: 1] - 1
            counts[group] = left > 0 ? left : nil
        }
    }
}
