import CLibPQ
import Glibc

final class ReadinessSet {
    static let wakeTag: UInt64 = 0

    private let descriptor: Int32
    private var events = [epoll_event](repeating: epoll_event(), count: 64)

    init?(wake: Int32) {
        descriptor = epoll_create1(Int32(EPOLL_CLOEXEC))
        guard descriptor >= 0 else { return nil }
        watch(wake, tag: Self.wakeTag, for: .read)
    }

    deinit { _ = Glibc.close(descriptor) }

    func watch(_ socket: Int32, tag: UInt64, for interest: PostgresConnection.Interest) {
        var event = epoll_event(events: Self.mask(interest), data: epoll_data_t(u64: tag))
        guard epoll_ctl(descriptor, EPOLL_CTL_MOD, socket, &event) != 0 else { return }
        epoll_ctl(descriptor, EPOLL_CTL_ADD, socket, &event)
    }

    func wait(_ timeout: Duration?) -> [UInt64] {
        let milliseconds = timeout.map { Int32(clamping: max(0, $0.milliseconds + 1)) } ?? -1
        let count = epoll_wait(descriptor, &events, Int32(events.count), milliseconds)
        return count > 0 ? events.prefix(Int(count)).map(\.data.u64) : []
    }

    private static func mask(_ interest: PostgresConnection.Interest) -> UInt32 {
        switch interest {
        case .read: EPOLLIN.rawValue
        case .write: EPOLLOUT.rawValue
        case .both: EPOLLIN.rawValue | EPOLLOUT.rawValue
        }
    }
}
