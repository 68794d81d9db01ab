import Foundation
package import NIOCore

package struct WarmPool: Sendable {
    package struct Settings: Sendable {
        package var limit = 8
        package var longestAge = TimeAmount.seconds(20)
        package var idleAfter = TimeAmount.seconds(15)
        package var rateWindow = TimeAmount.seconds(4)
        package var failurePause = TimeAmount.seconds(2)

        package init() {}
    }

    private struct Socket {
        var id: Int
        var connectedAt: NIODeadline
    }

    private let settings: Settings
    private var ready: [Socket] = []
    private var dialling = 0
    private var recentOpens = 0.0
    private var lastOpen: NIODeadline?
    private var notBefore = NIODeadline.uptimeNanoseconds(0)

    package init(settings: Settings = Settings()) { self.settings = settings }

    package var isEmpty: Bool { ready.isEmpty && dialling == 0 }

    package mutating func take(at now: NIODeadline) -> Int? {
        recentOpens = min(decayed(at: now), 4 * Double(settings.limit)) + 1
        lastOpen = now
        return ready.popLast()?.id
    }

    package func target(at now: NIODeadline) -> Int {
        guard let lastOpen, now - lastOpen < settings.idleAfter else { return 0 }
        return min(settings.limit, max(1, Int((decayed(at: now) / 2).rounded(.up))))
    }

    package func wanted(at now: NIODeadline) -> Int {
        now < notBefore ? 0 : max(0, target(at: now) - ready.count - dialling)
    }

    package mutating func dialled() { dialling += 1 }

    package mutating func connected(_ id: Int, at now: NIODeadline) {
        dialling -= 1
        ready.append(Socket(id: id, connectedAt: now))
    }

    package mutating func failed(at now: NIODeadline) {
        dialling -= 1
        notBefore = now + settings.failurePause
    }

    package mutating func lost(_ id: Int) { ready.removeAll { $0.id == id } }

    package mutating func surplus(at now: NIODeadline) -> [Int] {
        var dropped = ready.filter { now - $0.connectedAt >= settings.longestAge }
        ready.removeAll { now - $0.connectedAt >= settings.longestAge }
        let excess = max(0, ready.count - target(at: now))
        dropped += ready.prefix(excess)
        ready.removeFirst(excess)
        return dropped.map(\.id)
    }

    private func decayed(at now: NIODeadline) -> Double {
        guard let lastOpen else { return 0 }
        let share = Double((now - lastOpen).nanoseconds) / Double(settings.rateWindow.nanoseconds)
        return recentOpens * exp(-max(0, share))
    }
}
