import Testing

@testable import httvps_load

@Suite("A load plan")
struct LoadPlanTests {
    @Test("Nothing set means a thousand sessions")
    func defaults() throws {
        #expect(try LoadPlan.reading([:]) == LoadPlan())
        #expect(LoadPlan().sessions == 1_000)
    }

    @Test("Every key is read")
    func keys() throws {
        let plan = try LoadPlan.reading([
            "HTTVPS_LOAD_SESSIONS": "50", "HTTVPS_LOAD_RAMP_SECONDS": "2.5", "HTTVPS_LOAD_SECONDS": "7",
            "HTTVPS_LOAD_STREAMS": "0", "HTTVPS_LOAD_BULK_EVERY": "3", "HTTVPS_LOAD_BULK_KIB": "64",
            "HTTVPS_LOAD_DIR": "/somewhere",
        ])
        #expect(plan.sessions == 50 && plan.rampSeconds == 2.5 && plan.holdSeconds == 7)
        #expect(plan.streamsPerSecond == 0 && plan.bulkEvery == 3 && plan.bulkBytes == 65_536)
        #expect(plan.folder == "/somewhere")
    }

    @Test("All faults are named at once")
    func faults() {
        let error = #expect(throws: LoadError.self) {
            try LoadPlan.reading(["HTTVPS_LOAD_SESSIONS": "0", "HTTVPS_LOAD_SECONDS": "long"])
        }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("HTTVPS_LOAD_SESSIONS is a number from 1 to 100000, not 0") == true)
        #expect(error?.message.contains("HTTVPS_LOAD_SECONDS") == true)
    }

    @Test("Every n-th stream is a bulk one, and none where n is 0", arguments: [(0, 0), (3, 3), (1, 10)])
    func bulk(every: Int, expected: Int) {
        var plan = LoadPlan()
        plan.bulkEvery = every
        #expect((1...10).filter(plan.isBulk).count == expected)
    }

    @Test("A limit of open files that is too low is named with the way out")
    func openFiles() throws {
        try OpenFileNeed(sessions: 1_000).check(limit: 2_024)
        let error = #expect(throws: LoadError.self) { try OpenFileNeed(sessions: 1_000).check(limit: 1_500) }
        #expect(error?.code == .openFiles)
        #expect(error?.message.contains("HTTVPS_LOAD_SESSIONS=476") == true)
    }

    @Test("A stack's address names every variable that is missing")
    func missing() {
        let error = #expect(throws: LoadError.self) { try StackAddress.reading(["HTTVPS_BACKEND_URL": "http://x"]) }
        #expect(error?.message.contains("HTTVPS_GATEWAY_URL") == true)
        #expect(error?.message.contains("HTTVPS_BACKEND_URL") == false)
    }
}
