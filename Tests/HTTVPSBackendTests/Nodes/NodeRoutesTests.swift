import HTTPTypes
import HTTVPSPostgres
import Testing

@testable import HTTVPSBackend

@Suite("Regions, Outline nodes and gateways")
struct NodeRoutesTests {
    private let parts = #""host":"node.example","port":8388,"method":"aes-256-gcm","password":"secret-password""#

    @Test("regions are known by their code")
    func regions() async throws {
        try await AdminFixture.run { api in
            let made = try await api.post("regions", #"{"code":"eu-west","name":"Europe"}"#)
            #expect(made.status == 201 && made.id == "eu-west" && made.json["code"] == "eu-west")
            #expect(made.headers[.location] == "/api/v1/admin/regions/eu-west")
            #expect(try await api.get("regions/eu-west").body == made.body)
            #expect(try await api.get("regions").items == [made.json])
            #expect(try await api.post("regions", #"{"code":"eu-west","name":"E"}"#).code == "region_code_taken")
            for code in ["E", "e", "1eu", "eu_west", "", "e\u{e9}", "e" + String(repeating: "x", count: 32)] {
                #expect(
                    try await api.post("regions", #"{"code":"\#(code)","name":"E"}"#).faults == [
                        "/code invalid_format"
                    ], "\(code)")
            }
        }
    }

    @Test("a node is made of a link or of parts; its password is sealed and never shown")
    func outlineNodes() async throws {
        try await AdminFixture.run { api in
            try await api.region()
            let made = try await api.post("outline-nodes", #"{"region":"eu",\#(parts),"half_close":false}"#)
            #expect(made.status == 201 && made.json["token"]?.text?.hasPrefix("hvo_") == true)
            let link = "ss://YWVzLTI1Ni1nY206c2VjcmV0LXBhc3N3b3Jk@node.example:8388/?outline=1&prefix=%16%03"
            let linked = try await api.post("outline-nodes", #"{"region":"eu","access_url":"\#(link)"}"#)
            for answer in [made, linked] {
                #expect(answer.json["host"] == "node.example" && answer.json["port"] == .integer(8_388))
                #expect(answer.json["method"] == "aes-256-gcm" && answer.json["managed"] == .bool(false))
                #expect(answer.json["state"] == "new" && answer.json["weight"] == .integer(100))
                #expect(!answer.body.contains("secret-password"))
            }
            #expect(linked.json["prefix"] == "\u{16}\u{03}" && made.json["half_close"] == .bool(false))
            let read = try await api.get("outline-nodes/\(made.id)")
            #expect(!read.body.contains("token") && read.etag == made.etag)
            #expect(try await api.get("outline-nodes?state=new&status=active&region=eu").items.count == 2)
            #expect(try await api.get("outline-nodes?state=healthy").items.isEmpty)
            let rows = try await api.pool.query("SELECT row_to_json(n)::text AS row FROM outline_nodes n")
            let log = try await api.pool.query("SELECT row_to_json(e)::text AS row FROM audit_events e")
            for row in rows + log {
                let text: String = try row.decode("row")
                #expect(!text.contains("secret-password"))
            }
        }
    }

    @Test("a managed node has no key before its first")
    func managedNodes() async throws {
        try await AdminFixture.run { api in
            try await api.region()
            let hash = String(repeating: "ab", count: 32)
            let body = #"{"region":"eu","management_url":"https://192.0.2.1:9999/secret","cert_sha256":"\#(hash)"}"#
            let made = try await api.post("outline-nodes", body)
            #expect(made.status == 201 && made.json["managed"] == .bool(true))
            #expect(made.json["host"] == JSONValue.null && made.json["method"] == JSONValue.null)
            #expect(!made.body.contains("192.0.2.1"))
        }
    }

    @Test("a node's body has exactly one form")
    func forms() async throws {
        let cases = [
            ("[]", [" wrong_type"]),
            (#"{"region":"eu"}"#, ["/access_url one_form"]),
            (#"{"region":"eu","access_url":null}"#, ["/access_url one_form"]),
            (#"{"region":"eu","access_url":"ss://x","port":1}"#, ["/access_url invalid_format", "/port one_form"]),
            (#"{"region":"eu","host":"a","management_url":"https://x"}"#, ["/management_url one_form"]),
            (
                #"{"region":"eu","host":"a b"}"#,
                ["/host invalid_format", "/port required", "/method required", "/password required"]
            ),
            (
                #"{"region":"eu",\#(parts.replacing("8388", with: "0").replacing("aes-256-gcm", with: "rc4"))}"#,
                ["/port out_of_range", "/method invalid_format"]
            ),
            (
                #"{"region":"eu","management_url":"http://x"}"#,
                ["/management_url invalid_format", "/cert_sha256 required"]
            ),
            (
                #"{"region":"xx","weight":0,"capacity":0,"half_close":"no",\#(parts)}"#,
                [
                    "/region unknown_reference", "/weight out_of_range", "/capacity out_of_range",
                    "/half_close wrong_type",
                ]
            ),
        ]
        try await AdminFixture.run { api in
            try await api.region()
            for (body, expected) in cases {
                let answer = try await api.post("outline-nodes", body)
                #expect(answer.status == 422 && Set(answer.faults) == Set(expected), "\(body): \(answer.faults)")
            }
        }
    }

    @Test("a gateway is registered with a wss:// URL and gets its token once")
    func gateways() async throws {
        try await AdminFixture.run { api in
            try await api.region()
            let made = try await api.post(
                "gateway-nodes", #"{"name":"gw","region":"eu","public_url":"wss://gw.example:8443/ws"}"#)
            #expect(made.status == 201 && made.json["token"]?.text?.hasPrefix("hvg_") == true)
            let read = try await api.get("gateway-nodes/\(made.id)")
            #expect(read.json["token"] == nil && read.json["public_url"] == "wss://gw.example:8443/ws")
            #expect(try await api.get("gateway-nodes?region=eu").items == [read.json])
            for url in ["ws://x", "https://x", "wss://", "wss://x#f", "x", "wss://u:p@x/"] {
                let body = #"{"name":"gw","region":"eu","public_url":"\#(url)"}"#
                #expect(try await api.post("gateway-nodes", body).faults == ["/public_url invalid_format"], "\(url)")
            }
        }
    }
}
