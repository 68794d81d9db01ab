import HTTVPSGateway
import HTTVPSProtocol
import NIOCore
import Testing

@Suite struct NodeSelectorTests {
    private func node(_ id: String) -> AssignedNode {
        AssignedNode(
            nodeID: id, host: "127.0.0.1", port: 1, method: "chacha20-ietf-poly1305", password: "p", prefix: nil,
            halfClose: true, region: "eu", weight: 1)
    }

    private let now = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    @Test("Nodes are tried in the order of their rank")
    func ranked() {
        let selector = NodeSelector(nodes: [node("a"), node("b")])
        #expect(selector.next(excluding: [], at: now)?.nodeID == "a")
        #expect(selector.next(excluding: ["a"], at: now)?.nodeID == "b")
        #expect(selector.next(excluding: ["a", "b"], at: now) == nil)
    }

    @Test("A node that failed stands behind the others for a while, and first again when it was reached")
    func coolsDown() {
        var selector = NodeSelector(nodes: [node("a"), node("b")], coolDown: .seconds(15))
        selector.failed("a", at: now)
        #expect(selector.next(excluding: [], at: now + .seconds(1))?.nodeID == "b")
        #expect(selector.next(excluding: [], at: now + .seconds(16))?.nodeID == "a")
        selector.failed("a", at: now)
        selector.reached("a")
        #expect(selector.next(excluding: [], at: now)?.nodeID == "a")
    }

    @Test("When all nodes failed, the one that failed longest ago is tried again")
    func allFailed() {
        var selector = NodeSelector(nodes: [node("a"), node("b")])
        selector.failed("b", at: now)
        selector.failed("a", at: now + .seconds(1))
        #expect(selector.next(excluding: [], at: now + .seconds(2))?.nodeID == "b")
    }

    @Test("A node that the backend adds is tried like the others")
    func added() {
        var selector = NodeSelector(nodes: [node("a")])
        selector.failed("a", at: now)
        selector.add(node("c"))
        #expect(selector.next(excluding: ["a"], at: now)?.nodeID == "c")
        #expect(selector.nodeIDs == ["a", "c"])
    }
}
