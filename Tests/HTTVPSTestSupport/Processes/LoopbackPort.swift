import Glibc
import Synchronization

package enum LoopbackPort {
    package struct NoneFree: Error {}

    private static let belowEphemeral = 10_000...17_999
    private static let given = Mutex<Set<Int>>([])

    package static func free() throws -> Int {
        for _ in 0..<1_000 {
            let port = Int.random(in: belowEphemeral)
            let stream = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
            let datagram = socket(AF_INET, Int32(SOCK_DGRAM.rawValue), 0)
            defer {
                close(stream)
                close(datagram)
            }
            guard bind(stream, to: port), bind(datagram, to: port) else { continue }
            if given.withLock({ $0.insert(port).inserted }) { return port }
        }
        throw NoneFree()
    }

    package static func accepts(_ port: Int) -> Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        return withLoopbackAddress(port) { connect(descriptor, $0, $1) == 0 }
    }

    private static func bind(_ descriptor: Int32, to port: Int) -> Bool {
        withLoopbackAddress(port) { Glibc.bind(descriptor, $0, $1) == 0 }
    }

    private static func withLoopbackAddress(
        _ port: Int, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Bool
    ) -> Bool {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}
