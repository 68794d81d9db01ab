import Foundation
import HTTVPSTestSupport
import Testing

@Suite("Files through the whole stack", .serialized)
struct TransferTests {
    @Test("Both proxies deliver a page and a file byte for byte, and PostgreSQL counts exactly what curl moved")
    func bothProxies() async throws {
        let page = Data("<p>hello".utf8)
        let file = FileSite.noise(8 << 20)
        try await FileSite.serving(["page.html": page, "file.bin": file]) { site in
            try await LocalStack.running { stack in
                var moved = MovedBytes()
                for (name, content) in [("page.html", page), ("file.bin", file)] {
                    let socks = try await stack.throughSocks(site.url(name))
                    #expect(socks.status == 0, "\(socks.complaint)")
                    #expect(socks.body == content)
                    moved.add(socks)
                    let http = try await stack.throughHTTPProxy(site.url(name))
                    #expect(http.status == 0, "\(http.complaint)")
                    #expect(http.body == content)
                    moved.up += socks.bytesSent
                    moved.down += http.bytesReceived
                }
                #expect(try await stack.waitUntilCounted(moved) == moved)
            }
        }
    }

    @Test("A refused target ends its stream only, and the next request goes through")
    func refusedTarget() async throws {
        let closedPort = try LoopbackPort.free()
        try await FileSite.serving(["page.html": Data("x".utf8)]) { site in
            try await LocalStack.running { stack in
                let refused = try await stack.throughSocks("http://127.0.0.1:\(closedPort)/")
                #expect(refused.status != 0)
                #expect(try await stack.throughSocks(site.url("page.html")).status == 0)
                #expect(try await stack.gatewayGauge("httvps_gateway_sessions_active") == 1)
            }
        }
    }

    @Test("To a browser without the secret path the gateway is a web site")
    func decoy() async throws {
        try await LocalStack.running { stack in
            let port = try stack.variable("HTTVPS_GATEWAY_URL").split(separator: ":")[2].split(separator: "/")[0]
            let authority = try stack.variable("HTTVPS_CA_CERT")
            let home = try await Curl.run(["--cacert", authority, "https://localhost:\(port)/"])
            #expect(home.text.contains("Field notes"))
            let missing = try await Curl.run(
                ["--cacert", authority, "https://localhost:\(port)/ws"],
                headers: ["Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 12"])
            #expect(missing.headers.contains(" 404 "))
        }
    }
}
