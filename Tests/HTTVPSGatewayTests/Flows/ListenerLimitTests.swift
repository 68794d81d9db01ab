import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import NIOCore
import NIOHTTP2
import Synchronization
import Testing

@testable import HTTVPSGateway

@Suite(.timeLimit(.minutes(5))) struct ListenerLimitTests {
    private static let page = TestSite.request("GET / HTTP/1.1", ["Host: a", "Connection: close"])

    private func gateway(_ change: (inout TestGateway.Options) -> Void) async throws -> TestGateway {
        var options = TestGateway.Options.echo
        options.decoyDirectory = try TestSite.folder()
        change(&options)
        return try await TestGateway.start(options)
    }

    private func isAnswered(_ port: Int, preface: String = "") async throws -> Bool {
        let connection = try await TestConnection.open(port: port, preface: Array(preface.utf8))
        connection.channel.writeAndFlush(ByteBuffer(string: Self.page), promise: nil)
        var answer = ""
        for await part in connection.arrived { answer += String(buffer: part) }
        await connection.close()
        return answer.hasPrefix("HTTP/1.1 200 ")
    }

    @Test("A PROXY header names the client, from a trusted proxy only")
    func proxyHeader() async throws {
        let loopback = try #require(AddressBlock("127.0.0.0/8"))
        let header = "PROXY TCP4 192.0.2.7 127.0.0.1 1 2\r\n"
        let required = try await gateway {
            $0.trust.mode = .required
            $0.trust.proxies = [loopback]
        }
        #expect(try await isAnswered(required.port, preface: header))
        #expect(try await !isAnswered(required.port))
        #expect(try await !isAnswered(required.port, preface: "PROXY NONSENSE\r\n"))
        #expect(required.metrics.limits[.proxyHeader].value == 2)
        try await required.stop()
        let optional = try await gateway {
            $0.trust.mode = .optional
            $0.trust.proxies = [loopback]
        }
        #expect(try await isAnswered(optional.port, preface: header))
        #expect(try await isAnswered(optional.port))
        try await optional.stop()
        let off = try await gateway { _ in }
        #expect(try await !isAnswered(off.port, preface: header))
        try await off.stop()
    }

    @Test("The backend is told the address that the PROXY header names, or the one that X-Forwarded-For does")
    func clientAddress() async throws {
        let controlPlane = TestBackend()
        var options = TestGateway.Options.echo
        options.trust.mode = .optional
        options.trust.proxies = try [#require(AddressBlock("127.0.0.0/8")), #require(AddressBlock("192.0.2.0/24"))]
        let gateway = try await TestGateway.start(options, controlPlane: controlPlane)
        for (preface, path, expected) in [
            ("PROXY TCP4 203.0.113.7 127.0.0.1 1 2\r\n", "/ws", "203.0.113.7"), ("", "/ws", "127.0.0.1"),
            (
                "PROXY TCP4 192.0.2.7 127.0.0.1 1 2\r\n",
                "/ws HTTP/1.1\r\nX-Forwarded-For: 6.6.6.6, 198.51.100.1\r\nX:", "198.51.100.1"
            ),
        ] {
            let connection = try await TestConnection.open(port: gateway.port, preface: Array(preface.utf8))
            let key = WebSocketHandshake.upgradeRequest(host: "a", key: "AAAAAAAAAAAAAAAAAAAAAA==")
            let fields = key.map { "\($0.name): \($0.value)\r\n" }.joined()
            var encoder = WebSocketFrameEncoder(role: .client)
            var bytes = ByteBuffer(string: "GET \(path) HTTP/1.1\r\n\(fields)\r\n")
            bytes.writeImmutableBuffer(try encoder.encode(.text, Hello(deviceID: "dev_1", token: "t").encoded()))
            try await connection.channel.writeAndFlush(bytes)
            var answer = ""
            for await part in connection.arrived {
                answer += String(buffer: part)
                if answer.contains("auth_result") { break }
            }
            #expect(controlPlane.with { $0.asked.last?.clientIP } == expected)
            await connection.close()
        }
        try await gateway.stop()
    }

    @Test("One address may hold so many connections and no more, and ended ones make room")
    func perAddress() async throws {
        let gateway = try await gateway { $0.maxConnectionsPerAddress = 2 }
        let first = try await TestConnection.open(port: gateway.port)
        let second = try await TestConnection.open(port: gateway.port)
        try await first.write("GET")
        try await second.write("GET")
        #expect(try await !isAnswered(gateway.port))
        #expect(gateway.metrics.limits[.connectionsPerAddress].value == 1)
        await first.close()
        #expect(try await Poll.until(within: .seconds(60)) { try await isAnswered(gateway.port) })
        await second.close()
        try await gateway.stop()
    }

    @Test("Rapid resets, floods of pings and endless header blocks end an HTTP/2 connection, and are counted")
    func floods() async throws {
        let gateway = try await gateway { _ in }
        let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + [0, 0, 0, 4, 0, 0, 0, 0, 0]
        let head: [UInt8] = [0x82, 0x84, 0x87]
        var resets = preface
        for index in 0..<300 {
            let id = [0, 0] + withUnsafeBytes(of: UInt16(2 * index + 1).bigEndian) { Array($0) }
            resets += [0, 0, 3, 1, 5] + id + head + [0, 0, 4, 3, 0] + id + [0, 0, 0, 8]
        }
        var pings = preface
        for _ in 0..<400 { pings += [0, 0, 8, 6, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7, 8] }
        var continuations = preface + [0, 0, 3, 1, 1, 0, 0, 0, 1] + head
        for _ in 0..<50 { continuations += [0, 0, 0, 9, 0, 0, 0, 0, 1] }
        for (bytes, limit) in [
            (resets, GatewayLimit.http2Resets), (pings, .http2ControlFrames), (continuations, .http2Continuations),
        ] {
            let connection = try await TestConnection.open(port: gateway.port, protocols: ["h2"])
            connection.channel.writeAndFlush(ByteBuffer(bytes: bytes), promise: nil)
            for await _ in connection.arrived {}
            #expect(try await Poll.until(within: .seconds(60)) { gateway.metrics.limits[limit].value >= 1 }, "\(limit)")
            await connection.close()
        }
        #expect(try await isAnswered(gateway.port))
        try await gateway.stop()
    }

    @Test("A body that drips is answered with 408, however regular the drops are", arguments: [true, false])
    func drippedBody(isChunked: Bool) async throws {
        let slow = Atomic(0)
        var timeouts = SiteTimeouts()
        timeouts.body = .seconds(2)
        let site = StaticSite(directory: try TestSite.folder(), timeouts: timeouts) {
            slow.add(1, ordering: .relaxed)
        }
        let origin = try await SiteOrigin.start(site, isSecure: false)
        let connection = try await TestConnection.open(port: origin.port, isSecure: false)
        let framing = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: 100000"
        try await connection.write(TestSite.request("POST / HTTP/1.1", ["Host: a", framing]))
        let drops = Task {
            while !Task.isCancelled {
                try await connection.write(isChunked ? "1\r\na\r\n" : "a")
                try await Task.sleep(for: .milliseconds(200))
            }
        }
        var answer = ""
        for await part in connection.arrived { answer += String(buffer: part) }
        drops.cancel()
        #expect(answer.hasPrefix("HTTP/1.1 408 ") && slow.load(ordering: .relaxed) == 1)
        await connection.close()
        try await origin.stop()
    }
}
