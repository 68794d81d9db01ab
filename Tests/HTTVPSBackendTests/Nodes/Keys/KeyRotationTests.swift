import Foundation
import HTTPTypes
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import NIOCore
import Synchronization
import Testing

@testable import HTTVPSBackend

@Suite("Keys of managed nodes")
struct KeyRotationTests {
    @Test("A managed node is not assigned until it has made its first key by itself")
    func firstKey() async throws {
        try await ManagedWorld.run { managed in
            let world = managed.world
            let before = try await world.assign("dev_a1")
            #expect(before.status == 503 && before.text("code") == "no_healthy_outline_nodes")
            let explained = try await world.post(
                ControlPlanePath.assignOutline + "?explain=true", ["device_id": "dev_a1"], bearer: managed.admin)
            #expect(explained["candidates", "0", "removed_by"] == "no_key")
            let etag = try await managed.node().headers[.eTag]
            try await managed.work()
            let key = try #require(managed.server.keys.first)
            #expect(managed.server.keys.count == 1 && key.id == "httvps-\(managed.nodeID.dropFirst(4))-1")
            let node = try await managed.node()
            #expect(node.text("host") == "127.0.0.1" && node["port"] == .integer(Int64(key.port)))
            #expect(node.text("method") == "chacha20-ietf-poly1305" && node.headers[.eTag] != etag)
            let assigned = try await world.assign("dev_a1")
            #expect(assigned.text("password") == key.password && assigned.text("access_key_id") == key.id)
            #expect(try await managed.step() == "done")
        }
    }

    @Test("New sessions get the new key at once; the old one goes when no session holds it")
    func rotation() async throws {
        try await ManagedWorld.run { managed in
            let world = managed.world
            try await managed.work()
            let old = try await managed.opened()
            let first = try #require(managed.server.keys.first)
            for _ in 1...2 {
                let reply = try await managed.rotate()
                #expect(reply.status == 202 && reply.json == ["rotation": "started"])
            }
            #expect(try await world.number("SELECT count(*) AS n FROM key_rotations WHERE number = 2") == 1)
            #expect(
                try await world.number(
                    "SELECT count(*) AS n FROM audit_events WHERE action = 'outline_node.rotate_key'") == 1)
            try await managed.work()
            let new = try await managed.opened()
            #expect(new.password != old.password && managed.server.keys.count == 2)
            world.clock.advance(6)
            try await managed.work()
            #expect(managed.server.keys.count == 2)
            _ = try await world.report([World.usage(old.session, 1, up: 1, down: 1, final: true)])
            world.clock.advance(1)
            try await managed.work()
            #expect(managed.server.keys.map(\.password) == [new.password])
            #expect(!managed.server.keys.contains { $0.id == first.id })
            #expect(try await managed.step() == "done")
            #expect(try await managed.rotate().status == 202)
            #expect(try await world.number("SELECT max(number)::bigint AS n FROM key_rotations") == 3)
        }
    }

    @Test("An old key is deleted 45 s after the flip at the latest, held or not")
    func drainEnds() async throws {
        try await ManagedWorld.run { managed in
            try await managed.work()
            let session = try await managed.opened().session
            _ = try await managed.rotate()
            try await managed.work()
            for _ in 1...44 {
                managed.world.clock.advance(1)
                _ = try await managed.world.beat(sessions: [session])
                try await managed.work()
            }
            #expect(managed.server.keys.map(\.id) == ["httvps-\(managed.nodeID.dropFirst(4))-2"])
        }
    }

    @Test("A lost answer makes no second key, whether the server names keys or numbers them", arguments: [true, false])
    func lostAnswer(namesKeys: Bool) async throws {
        try await ManagedWorld.run { managed in
            managed.server.state.withLock { $0.namesKeys = namesKeys }
            if !namesKeys { managed.server.fail(.status(404), .status(200)) }
            managed.server.fail(.lostAnswer)
            try await managed.work()
            for _ in 1...3 {
                managed.world.clock.advance(10)
                try await managed.work()
            }
            #expect(managed.server.keys.count == 1)
            #expect(try await managed.step() == "done")
            #expect(try await managed.world.assign("dev_a1").status == 200)
        }
    }

    @Test("What a killed backend began another carries on, and the killed one writes nothing any more")
    func takenOver() async throws {
        try await ManagedWorld.run { managed in
            let store = managed.rotator.store
            try await store.startDue(at: managed.world.clock.now)
            let dead = try #require(try await store.claim(at: managed.world.clock.now, leaseSeconds: 60))
            try await managed.work()
            #expect(managed.server.keys.isEmpty)
            managed.world.clock.advance(60)
            try await managed.work()
            #expect(managed.server.keys.count == 1)
            await #expect(throws: KeyRotationStore.LeaseLost.self) {
                try await store.advance(dead, to: .create, at: managed.world.clock.now)
            }
            #expect(try await managed.step() == "done")
        }
    }

    @Test("Many workers at once make one key and one flip")
    func manyWorkers() async throws {
        try await ManagedWorld.run { managed in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 1...8 { group.addTask { try await managed.work() } }
                try await group.waitForAll()
            }
            try await managed.work()
            #expect(managed.server.keys.count == 1)
            #expect(try await managed.world.number("SELECT count(*) AS n FROM key_rotations") == 1)
        }
    }

    @Test("A server with another certificate is told nothing")
    func wrongCertificate() async throws {
        try await ManagedWorld.run(certificateHash: String(repeating: "ab", count: 32)) { managed in
            try await managed.work()
            #expect(managed.server.requests.isEmpty)
            #expect(try await managed.lastError() == "wrong_certificate")
        }
    }

    @Test("Faults of the management server are put off with growing pauses, named, and got over")
    func faults() async throws {
        try await ManagedWorld.run { managed in
            var rotator = managed.rotator
            rotator.connection.limits.answer = .milliseconds(500)
            managed.server.fail(.silence)
            try await managed.work(rotator)
            #expect(try await managed.lastError() == "timed_out")
            for (fault, code) in [
                (FakeShadowbox.Fault.status(500), "refused"), (.flood, "too_large"), (.lostAnswer, "unreachable"),
            ] {
                managed.world.clock.advance(10)
                managed.server.fail(fault)
                try await managed.work()
                #expect(try await managed.lastError() == code)
            }
            managed.world.clock.advance(7)
            try await managed.work()
            #expect(try await managed.step() == "create")
            managed.world.clock.advance(1)
            managed.server.fail(.garbage)
            try await managed.work()
            #expect(try await managed.step() == "done")
            #expect(managed.server.keys.count == 1)
        }
    }

    @Test("A key that the node serves late is flipped to when it works, not before")
    func lateActivation() async throws {
        try await ManagedWorld.run { managed in
            managed.server.state.withLock { $0.activatesKeys = false }
            try await managed.work()
            #expect(try await managed.lastError() == "canary_failed")
            #expect(try await managed.node()["host"] == .null)
            try await managed.server.activate()
            managed.world.clock.advance(1)
            try await managed.work()
            #expect(try await managed.node().text("host") == "127.0.0.1")
        }
    }

    @Test("Keys of others stay, keys without owner go, and a deleted node takes its keys with it")
    func orphans() async throws {
        try await ManagedWorld.run { managed in
            let ours = "httvps-\(managed.nodeID.dropFirst(4))-"
            for id in ["1", "httvps-other-1", ours + "0", ours + "7"] { managed.server.add(id: id) }
            managed.server.add(id: "2", name: ours + "1")
            try await managed.work()
            #expect(Set(managed.server.keys.map(\.id)) == ["1", "httvps-other-1", ours + "1", ours + "7"])
            try await managed.world.pool.execute(
                "UPDATE outline_nodes SET deleted_at = \(managed.world.clock.now) WHERE id = \(managed.nodeID)")
            try await managed.work()
            #expect(Set(managed.server.keys.map(\.id)) == ["1", "httvps-other-1"])
            let asked = managed.server.requests.count
            try await managed.work()
            #expect(managed.server.requests.count == asked)
        }
    }

    @Test("Without a management URL nothing is rotated, and an unknown node is not found")
    func unmanaged() async throws {
        try await ManagedWorld.run { managed in
            try await managed.world.addNode("oln_plain")
            let path = "/api/v1/admin/outline-nodes/"
            let plain = try await managed.world.post(
                path + "oln_plain/rotate-key", .object(JSONObject()), bearer: managed.admin)
            #expect(plain.status == 409 && plain.text("code") == "no_management_url")
            let unknown = try await managed.world.post(
                path + "oln_nix/rotate-key", .object(JSONObject()), bearer: managed.admin)
            #expect(unknown.status == 404 && unknown.text("code") == "outline_node_not_found")
            let faulty = try await managed.world.post(
                path + "oln_plain/rotate-key", ["force": .bool(true)], bearer: managed.admin)
            #expect(faulty.status == 422)
        }
    }

    @Test("No secret of a managed node stands in the database in the clear")
    func secrets() async throws {
        try await ManagedWorld.run { managed in
            try await managed.work()
            _ = try await managed.rotate()
            managed.server.fail(.status(500))
            try await managed.work()
            let key = try #require(managed.server.keys.first)
            for table in ["outline_nodes", "key_rotations", "audit_events", "idempotency_keys", "sessions"] {
                for row in try await managed.world.pool.query("SELECT t::text AS row FROM \(unsafe: table) t") {
                    let text: String = try row.decode("row")
                    #expect(!text.contains(FakeShadowbox.secretPath) && !text.contains(key.password))
                }
            }
        }
    }
}
