import HTTPTypes
import HTTVPSPostgres
import HTTVPSTestSupport
import Testing

@testable import HTTVPSBackend

@Suite("The pipeline of a request")
struct RequestPipelineTests {
    @Test("lets the first check that fails answer")
    func order() async throws {
        try await AdminFixture.run { api in
            let gone = try await api.send(.post, "/api/v1/admin/userz", as: nil)
            #expect(gone.status == 404 && gone.code == "not_found")
            #expect(try await api.send(.get, "/api/v1/admin/users/", as: nil).status == 404)
            let method = try await api.send(.put, "users", as: nil, bytes: [])
            #expect(method.status == 405 && method.code == "method_not_allowed")
            #expect(method.headers[.allow] == "GET, HEAD, POST")
            #expect(try await api.send(.options, "users", as: nil).status == 405)
            let absent = try await api.send(.get, "users?x=1", as: nil)
            #expect(absent.code == "unauthenticated" && absent.headers[.wwwAuthenticate] == "Bearer")
            #expect(try await api.send(.get, "users?x=1", as: "nobody").code == "invalid_token")
            let basic = try await api.send(.get, "users", as: nil, headers: ["Authorization": "Basic YTpi"])
            #expect(basic.status == 401 && basic.code == "unauthenticated")
            #expect(try await api.post("users?x=1", "{", as: "read-only").code == "forbidden")
            #expect(try await api.post("users?x=1", "{").code == "unknown_query_parameter")
            let key = ["Idempotency-Key": "a b", "Content-Type": "text/plain"]
            #expect(try await api.post("users", "{", headers: key).code == "invalid_idempotency_key")
            #expect(try await api.post("users", "{", headers: ["Content-Type": "text/plain"]).status == 415)
            #expect(try await api.post("users", "{").code == "malformed_json")
            #expect(try await api.post("devices/dev_x/tokens", "{").code == "malformed_json")
            #expect(try await api.post("devices/dev_x/tokens", #"{"x":1}"#).code == "device_not_found")
        }
    }

    @Test("describes a problem with all members of RFC 9457 and its own")
    func problem() async throws {
        try await AdminFixture.run { api in
            let answer = try await api.post("users?", "{}", headers: ["X-Request-Id": "mine-1"])
            #expect(answer.status == 422)
            #expect(answer.headers[.contentType] == "application/problem+json")
            let json = answer.json
            #expect(json["type"]?.text == "about:blank")
            #expect(json["status"] == .integer(422))
            #expect(json["instance"] == "/api/v1/admin/users")
            #expect(json["request_id"] == "mine-1")
            #expect(json["title"] == "Unprocessable Content")
            #expect(json["detail"]?.text?.isEmpty == false)
            #expect(answer.faults == ["/email required"])
        }
    }

    @Test("sends the headers that every answer has")
    func headers() async throws {
        try await AdminFixture.run { api in
            let parent = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01"
            for path in ["users", "/nowhere", "users?x=1"] {
                let answer = try await api.get(path, headers: ["traceparent": parent, "X-Request-Id": "r.1"])
                #expect(answer.header(.requestID) == "r.1")
                #expect(answer.header(.traceparent) == parent)
                #expect(answer.header(.contentTypeOptions) == "nosniff")
                #expect(answer.header(.contentSecurityPolicy) == "default-src 'none'; frame-ancestors 'none'")
                #expect(answer.headers[.cacheControl] == "no-store")
                #expect(answer.header(.rateLimitPolicy)?.hasPrefix("\"default\";q=") == true, "\(path)")
                #expect(answer.header(.rateLimit)?.hasPrefix("\"default\";r=") == true, "\(path)")
            }
        }
    }

    @Test("answers HEAD like GET, without the body")
    func head() async throws {
        try await AdminFixture.run { api in
            let (get, head) = (try await api.get("users"), try await api.send(.head, "users"))
            #expect(head.status == 200 && head.body.isEmpty)
            #expect(head.headers[.contentLength] == String(get.body.utf8.count))
        }
    }

    @Test("refuses bodies that are too large, badly packed or of another type")
    func bodies() async throws {
        try await AdminFixture.run { api in
            let large = [UInt8](repeating: 0x20, count: 1_048_577)
            #expect(try await api.send(.post, "users", bytes: large).code == "body_too_large")
            let full = Array(#"{"email":"a@b"}"#.utf8) + [UInt8](repeating: 0x20, count: 1_048_576 - 15)
            #expect(try await api.send(.post, "users", bytes: full).status == 201)
            let gzip = ["Content-Encoding": "gzip"]
            #expect(try await api.post("users", "{}", headers: gzip).code == "malformed_gzip")
            let packed = try await api.send(.post, "users", headers: gzip, bytes: GunzipTests.hello)
            #expect(packed.code == "malformed_json")
            #expect(try await api.post("users", "{}", headers: ["Content-Encoding": "br"]).status == 415)
            #expect(
                try await api.send(.post, "users", headers: ["Content-Type": ""], bytes: [0x7B, 0x7D]).status == 415)
        }
    }

    @Test(
        "never answers a hostile body with 5xx",
        arguments: [
            String(repeating: "[", count: 500_000), #"{"email":"\ud800"}"#, #"{"email":"a\u0000@b"}"#,
            #"{"email":1e999999}"#, "{\"email\":" + String(repeating: "9", count: 100_000) + "}",
            #"{"email":"a@b","email":"c@d"}"#, #"{"email":{"a":[]}}"#, "[]", "null", "\"\"", #"{"\u0000":1}"#,
            "{\"email\":\"" + String(repeating: "x", count: 300_000) + "@y\"}", "\u{0}",
            #"{"email":"é@x","name":"\u009f"}"#,
        ])
    func hostile(_ body: String) async throws {
        try await AdminFixture.run { api in
            for path in ["users", "devices", "plans", "subscriptions", "regions", "outline-nodes", "gateway-nodes"] {
                let status = try await api.post(path, body).status
                #expect([400, 422].contains(status), "\(path): \(status)")
            }
        }
    }

    @Test("limits requests, and failed credentials count for the address")
    func rates() async throws {
        let small = RateBudget(quota: 2, windowSeconds: 30)
        try await AdminFixture.run(budgets: .init(operators: small, machines: small, addresses: small)) { api in
            #expect(try await api.get("users").header(.rateLimit)?.hasPrefix("\"default\";r=1;t=") == true)
            #expect(try await api.post("users", "{").status == 400)
            let refused = try await api.get("users")
            #expect(refused.status == 429 && refused.code == "rate_limited")
            #expect(refused.headers[.retryAfter] != nil)
            #expect(try await api.get("users", as: "support").status == 200)
            #expect(try await api.get("users", as: "nobody").status == 401)
            #expect(try await api.get("users", as: nil).status == 401)
            #expect(try await api.get("users", as: "nobody").status == 429)
        }
    }

    @Test("answers 503 while the database is away")
    func unavailable() async throws {
        try await AdminFixture.run { api in
            await api.pool.shutdown()
            let answer = try await api.get("users")
            #expect(answer.status == 503 && answer.code == "database_unavailable")
            #expect(answer.headers[.retryAfter] != nil)
        }
    }

    @Test("lets each role through where the matrix says so, on every route")
    func roles() async throws {
        try await AdminFixture.run { api in
            let endpoints = api.table.endpoints
            #expect(endpoints.count > 20)
            for endpoint in endpoints {
                let path = endpoint.pattern.text.replacing("{id}", with: "x")
                for caller in ["admin", "support", "read-only", "gateway", "node", "device", nil] {
                    let answer = try await api.send(
                        endpoint.method, path, as: caller, bytes: endpoint.body == .none ? nil : [])
                    guard case .only(let roles) = RolePolicy.standard.access(endpoint.method, endpoint.pattern) else {
                        Issue.record("\(path) is open")
                        continue
                    }
                    let isAllowed = caller.flatMap(CallerRole.init(rawValue:)).map(roles.contains) ?? false
                    let expected =
                        isAllowed
                        ? answer.status != 403 && answer.status != 401 : answer.status == (caller == nil ? 401 : 403)
                    #expect(expected, "\(endpoint.method) \(path) as \(caller ?? "nobody"): \(answer.status)")
                    #expect(answer.status < 500)
                }
            }
        }
    }
}
