import Testing

@testable import HTTVPSBackend

@Suite("Plans")
struct PlanRoutesTests {
    @Test("are created and read with all members")
    func create() async throws {
        try await AdminFixture.run { api in
            try await api.region()
            let more =
                #","traffic_limit_bytes":0,"rate_bytes_per_sec":1,"regions":["eu"],"price_micros":5000000,"currency":"EUR""#
            let plan = try await api.plan("basic", more)
            let read = try await api.get("plans/\(plan)")
            #expect(read.json["regions"] == .array(["eu"]) && read.json["traffic_limit_bytes"] == .integer(0))
            #expect(read.json["price_micros"] == .integer(5_000_000) && read.json["status"] == "active")
            #expect(try await api.get("plans?code=basic").items == [read.json])
            #expect(try await api.get("plans/\(plan)", headers: ["If-None-Match": "*"]).status == 304)
        }
    }

    @Test("have a code of their own")
    func codeTaken() async throws {
        try await AdminFixture.run { api in
            _ = try await api.plan("a")
            let body = #"{"code":"a","name":"A","period":"none","max_devices":1,"max_sessions":1,"max_streams":1}"#
            #expect(try await api.post("plans", body).code == "plan_code_taken")
        }
    }

    @Test(
        "name faults by member",
        arguments: [
            (
                #"{}"#,
                [
                    "/code required", "/name required", "/period required", "/max_devices required",
                    "/max_sessions required", "/max_streams required",
                ]
            ),
            (
                #"{"code":"-a","name":"A","period":"weekly","max_devices":0,"max_sessions":10001,"max_streams":65536}"#,
                [
                    "/code invalid_format", "/period invalid_format", "/max_devices out_of_range",
                    "/max_sessions out_of_range", "/max_streams out_of_range",
                ]
            ),
            (
                #"{"code":"a","name":"A","period":"none","max_devices":1,"max_sessions":1,"max_streams":1,"regions":[],"price_micros":1}"#,
                ["/regions out_of_range", "/currency required"]
            ),
            (
                #"{"code":"a","name":"A","period":"none","max_devices":1,"max_sessions":1,"max_streams":1,"regions":["xx",1,"eu","eu"],"currency":"EUR"}"#,
                [
                    "/regions/1 wrong_type", "/regions/3 invalid_format", "/price_micros required",
                    "/regions/0 unknown_reference",
                ]
            ),
            (
                #"{"code":"a","name":"A","period":"none","max_devices":1,"max_sessions":1,"max_streams":1,"traffic_limit_bytes":9007199254740992,"rate_bytes_per_sec":0,"price_micros":-1,"currency":"eur"}"#,
                [
                    "/traffic_limit_bytes out_of_range", "/rate_bytes_per_sec out_of_range",
                    "/price_micros out_of_range", "/currency invalid_format",
                ]
            ),
        ])
    func faults(_ body: String, _ expected: [String]) async throws {
        try await AdminFixture.run { api in
            try await api.region()
            let answer = try await api.post("plans", body)
            #expect(answer.status == 422)
            #expect(Set(answer.faults) == Set(expected))
        }
    }
}
