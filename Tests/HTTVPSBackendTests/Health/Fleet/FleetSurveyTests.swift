import Foundation
import HTTVPSObservability
import HTTVPSPostgres
import HTTVPSProtocol
import HTTVPSTestSupport
import Testing

@testable import HTTVPSBackend

@Suite("What the backend's metrics tell of nodes, migrations and backlogs")
struct FleetSurveyTests {
    @Test("The state of a node follows its heartbeats, and a region counts what can be used")
    func states() async throws {
        try await World.run { world in
            let agent = OpaqueToken(.node)
            try await world.addNode("oln_1", token: agent)
            try await world.addNode("oln_2", region: "us")
            try await world.pool.execute(
                "UPDATE outline_nodes SET last_heartbeat_at = \(world.clock.now), heartbeat_streak = 3 WHERE id = 'oln_1'"
            )
            var page = try await world.fleetPage()
            #expect(page.contains(#"node_state{kind="outline",node_id="oln_1",region="eu",state="healthy"} 1"#))
            #expect(page.contains(#"node_state{kind="outline",node_id="oln_2",region="us",state="new"} 1"#))
            #expect(page.contains(#"region_nodes{kind="outline",region="eu",usable="yes"} 1"#))
            world.clock.advance(46)
            page = try await world.fleetPage()
            #expect(page.contains(#"node_state{kind="outline",node_id="oln_1",region="eu",state="down"} 1"#))
            #expect(page.contains(#"node_state{kind="outline",node_id="oln_1",region="eu",state="healthy"} 0"#))
            #expect(page.contains(#"region_nodes{kind="outline",region="eu",usable="yes"} 0"#))
            #expect(page.contains(#"heartbeat_age_seconds{kind="outline",node_id="oln_1",region="eu"} 46.0"#))
        }
    }

    @Test("A node that a gateway failed to reach three times is out of reach")
    func reach() async throws {
        try await World.run { world in
            try await world.addNode("oln_1")
            try await world.pool.execute(
                """
                INSERT INTO gateway_egress (gateway_id, node_id, failures, last_failed_at)
                VALUES ('gwy_1', 'oln_1', 3, \(world.clock.now))
                """)
            #expect(try await world.fleetPage().contains(#"node_out_of_reach{node_id="oln_1",region="eu"} 1"#))
            world.clock.advance(31)
            #expect(try await world.fleetPage().contains(#"node_out_of_reach{node_id="oln_1",region="eu"} 0"#))
        }
    }

    @Test("Migrations, the audit log's backlog and the database's answer are told, without a fault in the page")
    func backlog() async throws {
        try await World.run { world in
            let page = try await world.fleetPage()
            #expect(page.contains("httvps_backend_database_up 1"))
            #expect(page.contains("httvps_backend_migrations_pending 0"))
            #expect(page.contains(#"httvps_backend_migration_version{of="database"} "#))
            #expect(page.contains("httvps_backend_audit_unsealed_events 0"))
            let faults = try await Exposition.faults(ofPrometheusPage: page)
            #expect(faults == "")
        }
    }

    @Test("Sign-ins, refreshes and verdicts are counted by outcome, and the page is clean in both formats")
    func outcomes() async throws {
        try await World.run { world in
            let wrong: JSONValue = ["email": "nobody@example.org", "password": "wrong"]
            let reply = try await world.post(ControlPlanePath.signIn, wrong, bearer: nil)
            #expect(reply.status == 401)
            let token: JSONValue = ["refresh_token": "nonsense"]
            #expect(try await world.post(ControlPlanePath.refresh, token, bearer: nil).status == 401)
            #expect(try await world.validate("dev_x", token: "nonsense").status == 403)
            let page = PrometheusText.render(world.core.registry)
            #expect(page.contains(#"httvps_backend_sign_ins_total{outcome="invalid_credentials"} 1"#))
            #expect(page.contains(#"httvps_backend_token_refreshes_total{outcome="invalid_token"} 1"#))
            #expect(page.contains(#"httvps_backend_admissions_total{outcome="invalid_token"} 1"#))
            #expect(page.contains(#"httvps_backend_admission_seconds_count{outcome="refused"} 1"#))
            #expect(page.contains(#"httvps_backend_problems_total{code="invalid_credentials"} 1"#))
            #expect(try await Exposition.faults(ofPrometheusPage: page) == "")
            let open = PrometheusText.render(world.core.registry, as: .openMetrics)
            #expect(try await Exposition.faults(ofOpenMetricsPage: open) == "")
        }
    }
}
