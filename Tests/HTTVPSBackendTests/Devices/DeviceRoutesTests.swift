import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Devices")
struct DeviceRoutesTests {
    @Test("show their enrolment code once and log it as stars")
    func create() async throws {
        try await AdminFixture.run { api in
            let user = try await api.user()
            let made = try await api.post("devices", #"{"user_id":"\#(user)","name":"Phone","platform":"ios"}"#)
            #expect(made.status == 201 && made.json["platform"] == "ios")
            let code = try #require(made.json["enrollment_code"]?.text)
            #expect(made.json["enrollment_expires_at"]?.text?.hasSuffix("Z") == true)
            let read = try await api.get("devices/\(made.id)")
            #expect(!read.body.contains("enrollment") && read.etag == made.etag)
            let log = try #require(
                try await api.pool.first("SELECT after::text AS after FROM audit_events ORDER BY position DESC"))
            let after: String = try log.decode("after")
            #expect(after.contains("***") && !after.contains(code))
            #expect(try await api.get("devices?user_id=\(user)").items.count == 1)
        }
    }

    @Test("name all faults of a body, an unknown user among them")
    func faults() async throws {
        try await AdminFixture.run { api in
            let answer = try await api.post("devices", #"{"user_id":"usr_x","name":"","platform":"amiga"}"#)
            #expect(
                Set(answer.faults) == ["/user_id unknown_reference", "/name out_of_range", "/platform invalid_format"])
            #expect(try await api.post("devices", "{}").faults == ["/user_id required", "/name required"])
        }
    }

    @Test("stop at the plan's limit, also when thirty clients race for the last place")
    func limit() async throws {
        try await AdminFixture.run { api in
            let (user, plan) = (try await api.user(), try await api.plan())
            let body = #"{"user_id":"\#(user)","plan_id":"\#(plan)"}"#
            #expect(try await api.post("subscriptions", body).status == 201)
            let answers = try await withThrowingTaskGroup(of: AdminAnswer.self) { group in
                for index in 0..<30 {
                    group.addTask { try await api.post("devices", #"{"user_id":"\#(user)","name":"d\#(index)"}"#) }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(answers.filter { $0.status == 201 }.count == 1)
            #expect(answers.filter { $0.code == "device_limit" }.count == 29)
        }
    }

    @Test("have no limit without a subscription, and that of the scheduled one before it starts")
    func limitBySubscription() async throws {
        try await AdminFixture.run { api in
            let (user, plan) = (try await api.user(), try await api.plan())
            let device = #"{"user_id":"\#(user)","name":"d"}"#
            #expect(try await api.post("devices", device).status == 201)
            #expect(try await api.post("devices", device).status == 201)
            let later = #"{"user_id":"\#(user)","plan_id":"\#(plan)","starts_at":"2099-01-01T00:00:00Z"}"#
            #expect(try await api.post("subscriptions", later).status == 201)
            #expect(try await api.post("devices", device).code == "device_limit")
        }
    }

    @Test("get tokens for as long as is asked, up to the configured life")
    func tokens() async throws {
        try await AdminFixture.run { api in
            let device = try await api.post("devices", #"{"user_id":"\#(try await api.user())","name":"d"}"#).id
            let answer = try await api.post("devices/\(device)/tokens", #"{"expires_in_sec":60}"#)
            #expect(answer.status == 201 && answer.json["expires_in_sec"] == .integer(60))
            #expect(answer.json["refresh_token"]?.text?.hasPrefix("hvr_") == true)
            #expect(answer.json["access_token"]?.text?.split(separator: ".").count == 3)
            #expect(try await api.post("devices/\(device)/tokens").json["expires_in_sec"] == .integer(900))
            for broken in ["0", "901", "1.0", "\"60\""] {
                #expect(try await api.post("devices/\(device)/tokens", "{\"expires_in_sec\":\(broken)}").status == 422)
            }
            #expect(try await api.post("devices/\(device)/tokens", as: "support").status == 403)
        }
    }
}
