package import NIOCore

package struct WindowGrowth: Equatable, Sendable {
    package static let none = WindowGrowth(now: .uptimeNanoseconds(0), maximum: 0, sessionRoom: 0, processRoom: 0)

    package var now: NIODeadline
    package var roundTrip: TimeAmount?
    package var maximum: Int
    package var sessionRoom: Int
    package var processRoom: Int

    package init(
        now: NIODeadline, roundTrip: TimeAmount? = nil, maximum: Int, sessionRoom: Int = .max, processRoom: Int = .max
    ) {
        self.now = now
        self.roundTrip = roundTrip
        self.maximum = maximum
        self.sessionRoom = sessionRoom
        self.processRoom = processRoom
    }

    func isAsked(since last: NIODeadline) -> Bool {
        guard let roundTrip else { return false }
        return now - last <= roundTrip * 2
    }

    func room(beside open: Int, initial: Int) -> Int {
        let extended = max(0, open - initial)
        let process = processRoom == .max ? .max : processRoom - extended
        return max(0, min(sessionRoom == .max ? .max : sessionRoom - open, process))
    }
}
