import Testing

@testable import HTTVPSPostgres

@Suite("The pool's decisions")
struct PoolStateMachineTests {
    private let start = ContinuousClock.now
    private let limits = PoolStateMachine.Limits(
        maximumConnections: 2, maximumWaiters: 2, waitTimeout: .seconds(1), idleTimeout: .seconds(10),
        retryDelay: .seconds(1), maximumRetryDelay: .seconds(4), retryDelayForWaiters: .milliseconds(250))

    private func connection(_ number: UInt64) -> ConnectionID { ConnectionID(number: number) }
    private func caller(_ number: UInt64) -> OperationID { OperationID(number: number) }

    private func warm() -> PoolStateMachine {
        var machine = PoolStateMachine(limits: limits)
        _ = machine.start(now: start)
        _ = machine.connected(connection(1), now: start)
        return machine
    }

    @Test("one connection is opened at the start and kept idle")
    func opensOne() {
        var machine = PoolStateMachine(limits: limits)
        #expect(machine.start(now: start) == [.connect(connection(1))])
        #expect(machine.connected(connection(1), now: start) == [])
        #expect(machine.counts == PoolCounts(idle: 1))
    }

    @Test("callers get idle connections first, then new ones up to the bound, then wait in order")
    func bounded() {
        var machine = warm()
        #expect(machine.acquire(caller(1), now: start) == [.lease(connection(1), to: caller(1))])
        #expect(machine.acquire(caller(2), now: start) == [.connect(connection(2))])
        #expect(machine.connected(connection(2), now: start) == [.lease(connection(2), to: caller(2))])
        #expect(machine.acquire(caller(3), now: start) == [])
        #expect(machine.acquire(caller(4), now: start) == [])
        #expect(machine.acquire(caller(5), now: start) == [.fail(caller(5), .queueFull)])
        #expect(machine.release(connection(2), now: start) == [.lease(connection(2), to: caller(3))])
        #expect(machine.release(connection(1), now: start) == [.lease(connection(1), to: caller(4))])
        #expect(machine.counts == PoolCounts(busy: 2))
    }

    @Test("a caller that waits too long is refused, and one that went away is forgotten")
    func waiting() {
        var machine = warm()
        _ = machine.acquire(caller(1), now: start)
        _ = machine.acquire(caller(2), now: start)
        _ = machine.acquire(caller(3), now: start)
        #expect(machine.cancel(caller(2)) == true)
        #expect(machine.cancel(caller(2)) == false)
        #expect(machine.nextDeadline == start + .seconds(1))
        #expect(machine.tick(now: start + .milliseconds(999)) == [])
        #expect(machine.tick(now: start + .seconds(1)) == [.fail(caller(3), .waitTimeout)])
    }

    @Test("when the server cannot be reached, all who wait are refused at once")
    func failsFast() {
        var machine = PoolStateMachine(limits: limits)
        _ = machine.start(now: start)
        #expect(machine.acquire(caller(1), now: start) == [])
        #expect(machine.connectFailed(connection(1), now: start) == [.fail(caller(1), .unavailable)])
        #expect(machine.counts == PoolCounts())
    }

    @Test("while the server is away, attempts grow rarer, and a caller hastens the next one")
    func backsOff() {
        var machine = PoolStateMachine(limits: limits)
        var now = start
        _ = machine.start(now: now)
        for (number, delay) in [1, 2, 4, 4].enumerated() {
            _ = machine.connectFailed(connection(UInt64(number) + 1), now: now)
            #expect(machine.nextDeadline == now + .seconds(delay))
            #expect(machine.tick(now: now + .seconds(delay) - .milliseconds(1)) == [])
            now += .seconds(delay)
            #expect(machine.tick(now: now) == [.connect(connection(UInt64(number) + 2))])
        }
        _ = machine.connectFailed(connection(5), now: now)
        #expect(machine.acquire(caller(1), now: now) == [])
        #expect(machine.nextDeadline == now + .milliseconds(250))
        #expect(machine.tick(now: now + .milliseconds(250)) == [.connect(connection(6))])
        #expect(machine.connected(connection(6), now: now) == [.lease(connection(6), to: caller(1))])
    }

    @Test("after a long pause the first caller causes an attempt at once")
    func firstCallerAfterOutage() {
        var machine = PoolStateMachine(limits: limits)
        _ = machine.start(now: start)
        _ = machine.connectFailed(connection(1), now: start)
        #expect(machine.acquire(caller(1), now: start + .milliseconds(300)) == [.connect(connection(2))])
    }

    @Test("a failed attempt does not refuse callers while other connections live")
    func otherConnectionsLive() {
        var machine = warm()
        _ = machine.acquire(caller(1), now: start)
        _ = machine.acquire(caller(2), now: start)
        #expect(machine.connectFailed(connection(2), now: start) == [])
        #expect(machine.release(connection(1), now: start) == [.lease(connection(1), to: caller(2))])
    }

    @Test("a lost connection is replaced")
    func replacesLost() {
        var machine = warm()
        #expect(machine.lost(connection(1), now: start) == [.connect(connection(2))])
    }

    @Test("idle connections beyond one are closed after their time")
    func closesIdle() {
        var machine = warm()
        _ = machine.acquire(caller(1), now: start)
        _ = machine.acquire(caller(2), now: start)
        _ = machine.connected(connection(2), now: start)
        _ = machine.release(connection(1), now: start)
        _ = machine.release(connection(2), now: start + .seconds(1))
        #expect(machine.nextDeadline == start + .seconds(10))
        #expect(machine.tick(now: start + .seconds(60)) == [.close(connection(1))])
        #expect(machine.nextDeadline == nil)
    }

    @Test("at the end callers are refused, idle connections closed, busy ones closed when given back")
    func shutsDown() {
        var machine = warm()
        _ = machine.acquire(caller(1), now: start)
        _ = machine.acquire(caller(2), now: start)
        #expect(machine.shutdown() == [.fail(caller(2), .closed), .close(connection(2))])
        #expect(machine.acquire(caller(3), now: start) == [.fail(caller(3), .closed)])
        #expect(!machine.isDrained)
        #expect(machine.release(connection(1), now: start) == [.close(connection(1))])
        #expect(machine.isDrained)
        #expect(machine.tick(now: start + .seconds(9)) == [])
    }
}
