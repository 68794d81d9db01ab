package import HTTVPSProtocol
package import NIOCore

package struct FanOutLimit: Sendable {
    private static let memory = TimeAmount.seconds(60)
    private static let portsShare = 4
    private static let fewestPorts = 16

    private let perMinute: Int
    private let portsPerMinute: Int
    private var targets: TokenBucket
    private var ports: [Int: TokenBucket] = [:]
    private var known: [Int: NIODeadline] = [:]

    package init(perMinute: Int, at now: NIODeadline) {
        self.perMinute = perMinute
        portsPerMinute = max(Self.fewestPorts, perMinute / Self.portsShare)
        targets = TokenBucket(capacity: perMinute, perMinute: perMinute, at: now)
    }

    package var remembered: Int { known.count }

    package mutating func admits(_ target: TargetAddress, at now: NIODeadline) -> Bool {
        guard perMinute > 0 else { return true }
        let host = Self.identity(of: target.host)
        let pair = Self.identity(host, target.port)
        if let last = known[pair], now - last < Self.memory {
            known[pair] = now
            return true
        }
        var bucket = ports[host] ?? TokenBucket(capacity: portsPerMinute, perMinute: portsPerMinute, at: now)
        guard targets.hasToken(at: now), bucket.hasToken(at: now) else { return false }
        targets.take()
        bucket.take()
        ports[host] = bucket
        known[pair] = now
        if known.count > 2 * perMinute { forget(at: now) }
        return true
    }

    private mutating func forget(at now: NIODeadline) {
        known = known.filter { now - $0.value < Self.memory }
        for (host, var bucket) in ports where bucket.isFull(at: now) { ports[host] = nil }
    }

    private static func identity(of host: TargetAddress.Host) -> Int {
        switch host {
        case .name(let name): HostName(name).hashValue
        case .ipv4, .ipv6: host.hashValue
        }
    }

    private static func identity(_ host: Int, _ port: UInt16) -> Int {
        var hasher = Hasher()
        hasher.combine(host)
        hasher.combine(port)
        return hasher.finalize()
    }
}
