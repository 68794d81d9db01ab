import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct NodeDrainTests {
    private static let hello = ByteBuffer(bytes: [0x16, 0x03, 0x01, 0x02, 0x00])

    private func echo(_ tunnel: TestTunnel, _ number: UInt32) async throws {
        let target = TargetAddress("127.0.0.1:80")
        try await tunnel.send(.streamOpen(.number(number), target: target, data: Self.hello))
        _ = try await tunnel.frames { if case .streamData(.number(number), _) = $0 { true } else { false } }
    }

    private func tries(_ tunnel: TestTunnel, _ number: UInt32) async throws -> Bool {
        let target = TargetAddress("127.0.0.1:80")
        try await tunnel.send(.streamOpen(.number(number), target: target, data: Self.hello))
        let frames = try await tunnel.frames { frame in
            switch frame {
            case .streamData(.number(number), _), .streamFinish(.number(number)): true
            case .streamClose(.number(number), _, _): true
            default: false
            }
        }
        return frames.contains { if case .streamData = $0 { true } else { false } }
    }

    @Test("A draining node keeps its sessions: only those that begin later go to the node that the backend names now")
    func draining() async throws {
        let old = try await TestNode.start(.echo)
        let new = try await TestNode.start(.echo)
        let backend = TestBackend(nodes: [old.assigned("oln_1"), new.assigned("oln_2")])
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: backend)
        let standing = try await TestTunnel.open(port: gateway.port)
        try await echo(standing, 1)
        backend.with { $0.nodes = [new.assigned("oln_2")] }
        let later = try await TestTunnel.open(port: gateway.port, device: "dev_2")
        try await echo(later, 1)
        try await echo(standing, 2)
        #expect(old.seen.firstPlaintexts.count == 2)
        #expect(new.seen.firstPlaintexts.count == 1)
        for tunnel in [standing, later] { try await tunnel.close() }
        try await gateway.stop()
        for node in [old, new] { await node.stop() }
    }

    @Test("A node that closes its connections and takes no more ends its streams; the session goes on through another")
    func closes() async throws {
        let leaving = try await TestNode.start(.echo)
        let other = try await TestNode.start(.echo)
        let spare = try await TestNode.start(.echo)
        let backend = TestBackend(nodes: [leaving.assigned("oln_1"), other.assigned("oln_2")])
        backend.with { $0.spare = spare.assigned("oln_3") }
        let gateway = try await TestGateway.start(.shadowsocks, controlPlane: backend)
        let tunnel = try await TestTunnel.open(port: gateway.port)
        for number in 1...3 { try await echo(tunnel, UInt32(number)) }
        await leaving.stop()
        var ended: Set<StreamID> = []
        while ended.count < 3 {
            switch try await tunnel.nextFrame() {
            case .streamFinish(let id), .streamClose(let id, _, _): ended.insert(id)
            default: break
            }
        }
        var number: UInt32 = 4
        while spare.seen.firstPlaintexts.isEmpty {
            #expect(try await tries(tunnel, number))
            number += 1
        }
        #expect(backend.with { $0.excluded }.allSatisfy { $0.contains("oln_1") })
        try await tunnel.close()
        try await gateway.stop()
        for node in [other, spare] { await node.stop() }
    }
}
