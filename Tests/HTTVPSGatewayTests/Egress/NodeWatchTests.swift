import HTTVPSGateway
import HTTVPSProtocol
import NIOCore
import Testing

struct NodeWatchTests {
    private var watch = NodeWatch()
    private let start = NIODeadline.uptimeNanoseconds(1_000_000_000_000)

    private func node(_ id: String, port: UInt16 = 8388) -> AssignedNode {
        AssignedNode(
            nodeID: id, host: "192.0.2.1", port: port, method: "aes-256-gcm", password: "p", prefix: nil,
            halfClose: true, region: "eu", weight: 1)
    }

    @Test("A node that sessions hold is tried once nothing was heard of it for 8 s")
    mutating func silence() {
        watch.hold(node("a"), at: start)
        #expect(watch.due(at: start + .seconds(7)).isEmpty)
        #expect(watch.due(at: start + .seconds(8)).map(\.nodeID) == ["a"])
        watch.heard("a", at: start + .seconds(8))
        #expect(watch.due(at: start + .seconds(15)).isEmpty)
        #expect(watch.due(at: start + .seconds(16)).map(\.port) == [8388])
    }

    @Test("A node without sessions is forgotten ten minutes after the last one")
    mutating func forgetting() {
        watch.hold(node("a"), at: start)
        watch.hold(node("a", port: 1), at: start)
        watch.release("a", at: start + .seconds(10))
        #expect(watch.due(at: start + .seconds(500)).map(\.port) == [1])
        watch.release("a", at: start + .seconds(500))
        #expect(watch.due(at: start + .seconds(1_099)).count == 1)
        #expect(watch.due(at: start + .seconds(1_100)).isEmpty && watch.nodeIDs.isEmpty)
        watch.release("a", at: start + .seconds(1_101))
    }
}
