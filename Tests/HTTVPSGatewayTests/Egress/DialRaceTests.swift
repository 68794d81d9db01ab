import HTTVPSGateway
import Testing

@Suite struct DialRaceTests {
    @Test("A failed dial is followed by the next node, at the end by the backend, then given up")
    func oneByOne() {
        var race = DialRace()
        race.started("a")
        let first = race.failed("a")
        #expect(first == .dialNext)
        race.started("b")
        let second = race.failed("b")
        #expect(second == .dialNext)
        let ask = race.noneLeft()
        #expect(ask == .ask)
        race.started("c")
        _ = race.failed("c")
        let end = race.noneLeft()
        #expect(end == .giveUp)
        #expect(race.tried == ["a", "b", "c"])
    }

    @Test("While two dials run there is no third; the first to connect wins, the other comes too late")
    func hedged() {
        var race = DialRace()
        race.started("a")
        #expect(race.mayHedge("a"))
        race.started("b")
        #expect(!race.mayHedge("a"))
        #expect(!race.mayHedge("b"))
        let won = race.connected("b")
        let late = race.connected("a")
        #expect(won)
        #expect(!late)
    }

    @Test("One of two dials that fails leaves the other time, and then a hedge again")
    func oneOfTwo() {
        var race = DialRace()
        race.started("a")
        race.started("b")
        let first = race.failed("a")
        #expect(first == .wait)
        let none = race.noneLeft()
        #expect(none == .wait)
        #expect(race.mayHedge("b"))
        let second = race.failed("b")
        #expect(second == .dialNext)
    }

    @Test("A restart runs anew without the nodes that were tried, except one that may be tried again")
    func restart() {
        var race = DialRace()
        race.started("a")
        _ = race.connected("a")
        #expect(!race.mayHedge("a"))
        race.restart()
        #expect(race.tried == ["a"])
        race.restart(allowing: "a")
        #expect(race.tried == [])
        race.started("a")
        let won = race.connected("a")
        #expect(won)
    }
}
