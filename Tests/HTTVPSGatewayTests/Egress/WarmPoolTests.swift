import HTTVPSGateway
import NIOCore
import Testing

@Suite struct WarmPoolTests {
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func fill(_ pool: inout WarmPool, from id: Int = 1, at now: NIODeadline) -> Int {
        let count = pool.wanted(at: now)
        for number in 0..<count {
            pool.dialled()
            pool.connected(id + number, at: now)
        }
        return count
    }

    @Test("Before the first stream nothing is kept ready, behind it one connection")
    func begins() {
        var pool = WarmPool()
        #expect(pool.wanted(at: start) == 0)
        let none = pool.take(at: start)
        #expect(none == nil)
        let filled = fill(&pool, at: start)
        #expect(filled == 1)
        let taken = pool.take(at: start + .seconds(1))
        #expect(taken == 1)
        let again = pool.take(at: start + .seconds(1))
        #expect(again == nil)
    }

    @Test("More streams keep more ready, up to the limit; those being dialled count")
    func grows() {
        var pool = WarmPool()
        for _ in 0..<6 { _ = pool.take(at: start) }
        #expect(pool.wanted(at: start) == 3)
        pool.dialled()
        #expect(pool.wanted(at: start) == 2)
        for _ in 0..<1_000 { _ = pool.take(at: start) }
        #expect(pool.wanted(at: start) == 7)
    }

    @Test("With time fewer are kept, and none when nothing was opened for a while")
    func shrinks() {
        var pool = WarmPool()
        for _ in 0..<100 { _ = pool.take(at: start) }
        _ = fill(&pool, at: start)
        let early = pool.surplus(at: start)
        #expect(early.isEmpty)
        let later = pool.surplus(at: start + .seconds(12))
        #expect(!later.isEmpty && later.count < 8)
        let end = pool.surplus(at: start + .seconds(15))
        #expect(later.count + end.count == 8)
        #expect(pool.isEmpty)
        #expect(pool.wanted(at: start + .seconds(15)) == 0)
    }

    @Test("A connection that has waited long is dropped and replaced while streams are opened")
    func ages() {
        var pool = WarmPool()
        for _ in 0..<6 { _ = pool.take(at: start) }
        _ = fill(&pool, at: start)
        _ = pool.take(at: start + .seconds(19))
        let dropped = pool.surplus(at: start + .seconds(20))
        #expect(dropped.sorted() == [1, 2])
        #expect(pool.wanted(at: start + .seconds(20)) == 1)
    }

    @Test("The newest connection is taken first, one that died is not")
    func newestFirst() {
        var pool = WarmPool()
        for _ in 0..<6 { _ = pool.take(at: start) }
        _ = fill(&pool, at: start)
        pool.lost(3)
        let taken = pool.take(at: start)
        #expect(taken == 2)
    }

    @Test("A failed dial is not repeated at once")
    func pauses() {
        var pool = WarmPool()
        _ = pool.take(at: start)
        pool.dialled()
        pool.failed(at: start)
        #expect(pool.wanted(at: start + .seconds(1)) == 0)
        #expect(pool.wanted(at: start + .seconds(2)) == 1)
    }
}
