import Foundation
import NIOCore
import NIOPosix
import Testing

@testable import HTTVPSObservability

struct DiagnosisTests {
    @Test(
        "A report is a table with advice below what is not well, and JSON for programs; only a failure makes it unwell")
    func report() throws {
        let well = DiagnosisReport([.ok("database", "answers"), .warn("clock", "5.0 s off", "Set it.")])
        #expect(well.isWell)
        #expect(well.table == "ok    database  answers\nwarn  clock     5.0 s off\n                Set it.")
        let unwell = DiagnosisReport(well.diagnoses + [.fail("keys", "are gone", "Find them.")])
        #expect(!unwell.isWell)
        let object = try JSONSerialization.jsonObject(with: Data(unwell.json.utf8)) as? [String: Any]
        let checks = try #require(object?["checks"] as? [[String: String]])
        #expect(object?["ok"] as? Bool == false && checks.count == 3)
        #expect(checks[2] == ["check": "keys", "state": "fail", "finding": "are gone", "advice": "Find them."])
    }

    @Test("A clock may be two seconds off, is warned of up to thirty, and fails beyond", arguments: [1.0, -1])
    func clock(sign: TimeInterval) {
        for (ahead, state) in [(0, Diagnosis.State.ok), (2, .ok), (2.5, .warn), (30, .warn), (31, .fail)] {
            #expect(ClockTrial.diagnosis(of: "backend", ahead: sign * ahead).state == state, "\(ahead)")
        }
        let date = ClockTrial.date(ofHeader: "Sun, 06 Nov 1994 08:49:37 GMT")
        #expect(date?.timeIntervalSince1970 == 784_111_777)
    }

    @Test("A free port is well, one that another program has is not, and one of another machine neither")
    func ports() async throws {
        let group = MultiThreadedEventLoopGroup.singleton
        let taken = try await ServerBootstrap(group: group).bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(taken.localAddress?.port)
        let probe = HealthQuestion(host: "127.0.0.1", port: 1, path: "/livez")
        #expect(await PortTrial("port", host: "127.0.0.1", port: port).diagnosis(ownProbe: probe).state == .fail)
        try await taken.close()
        #expect(await PortTrial("port", host: "127.0.0.1", port: port).diagnosis(ownProbe: probe).state == .ok)
        #expect(await PortTrial("port", host: "192.0.2.7", port: port).diagnosis(ownProbe: probe).state == .fail)
    }
}
