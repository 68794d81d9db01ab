import HTTVPSGateway
import HTTVPSProtocol
import Testing

@Suite struct NodeSelectorTests {
    private func node(_ id: String) -> AssignedNode {
        AssignedNode(
            nodeID: id, host: "127.0.0.1", port: 1, method: "chacha20-ietf-poly1305", password: "p", prefix: nil,
            halfClose: true, region: "eu", weight: 1)
    }

    private func selector(_ ids: String...) -> NodeSelector { NodeSelector(nodes: ids.map(node)) }

    private func standings(_ pairs: [String: CircuitBreaker.Standing] = [:]) -> NodeSelector.Judge {
        { pairs[$0] ?? .good }
    }

    @Test("Nodes are tried in the order of their rank, each once")
    func ranked() {
        let selector = selector("a", "b")
        #expect(selector.next(excluding: [], standings()) == .node(node("a")))
        #expect(selector.next(excluding: ["a"], standings()) == .node(node("b")))
        #expect(selector.next(excluding: ["a", "b"], standings()) == .none)
    }

    @Test("A node whose breaker is open is passed over, and is probed when it is due")
    func breakers() {
        let selector = selector("a", "b")
        #expect(selector.next(excluding: [], standings(["a": .bad])) == .node(node("b")))
        #expect(selector.next(excluding: [], standings(["a": .probe])) == .probe(node("a")))
    }

    @Test("When every breaker is open the nodes are tried all the same")
    func allOpen() {
        let selector = selector("a", "b")
        let bad = standings(["a": .bad, "b": .bad])
        #expect(selector.next(excluding: [], bad) == .node(node("a")))
        #expect(selector.next(excluding: ["a"], bad) == .node(node("b")))
        #expect(selector.nextGood(excluding: [], bad) == nil)
    }

    @Test("A session stays with its node while others fail around it, and moves when its own breaker opens")
    func sticks() {
        var selector = selector("a", "b", "c")
        let steady = selector.moveHome(standings(["b": .bad]))
        #expect(!steady)
        let moved = selector.moveHome(standings(["a": .bad, "b": .bad]))
        #expect(moved)
        #expect(selector.homeID == "c")
        #expect(selector.next(excluding: [], standings()) == .node(node("c")))
        #expect(selector.next(excluding: ["c"], standings()) == .node(node("a")))
        let stuck = selector.moveHome(standings(["a": .bad, "b": .bad, "c": .bad]))
        #expect(!stuck)
    }

    @Test("A node that the backend assigns is the session's node from then on, with its new key too")
    func assigned() {
        var selector = selector("a", "b")
        selector.assign(node("c"))
        #expect(selector.nodeIDs == ["c", "a", "b"])
        #expect(selector.homeID == "c")
        var renewed = node("b")
        renewed.password = "new"
        selector.assign(renewed)
        #expect(selector.nodeIDs == ["b", "c", "a"])
        #expect(selector.next(excluding: [], standings()) == .node(renewed))
    }
}
