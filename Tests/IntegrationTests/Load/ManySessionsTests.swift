import Foundation
import HTTVPSClient
import HTTVPSTestSupport
import NIOCore
import Testing

@Suite("Many sessions at once", .serialized)
struct ManySessionsTests {
    private static let sessions = 200
    private static let streamsEach = 5

    @Test("200 sessions with 5 streams each relay at once, and nothing is left behind")
    func relayAtOnce() async throws {
        let echo = try await EchoServer.start()
        try await LocalStack.running { stack in
            #expect(try await stack.waitUntilGauge("httvps_gateway_sessions_active", is: 1))
            let files = try stack.openFiles(of: "gateway")
            let configuration = try stack.tunnelConfiguration()
            let tunnels = try (0..<Self.sessions).map { _ in try Tunnel(configuration) }
            let runs = tunnels.map { tunnel in Task { try await tunnel.run() } }
            let streams = try await Self.relay(through: tunnels, to: echo.port)
            #expect(streams.count == Self.sessions * Self.streamsEach)
            #expect(try await stack.gatewayGauge("httvps_gateway_sessions_active") == Double(Self.sessions + 1))
            #expect(try await stack.gatewayGauge("httvps_gateway_streams_active") == Double(streams.count))
            for stream in streams { try await stream.close() }
            tunnels.forEach { $0.stop() }
            for run in runs { try await run.value }
            #expect(try await stack.settles(openFiles: files), "gateway gauges or descriptors stay behind")
            #expect(try await stack.hasOneActiveSession(), "PostgreSQL keeps sessions that have ended")
        }
        try await echo.stop()
    }

    private static func relay(through tunnels: [Tunnel], to port: Int) async throws -> [TunnelStream] {
        try await withThrowingTaskGroup(of: TunnelStream.self) { group in
            for (index, tunnel) in tunnels.enumerated() {
                for number in 0..<streamsEach {
                    group.addTask { try await exchange(tunnel, port, seed: UInt8(truncatingIfNeeded: index + number)) }
                }
            }
            var streams: [TunnelStream] = []
            for try await stream in group { streams.append(stream) }
            return streams
        }
    }

    private static func exchange(_ tunnel: Tunnel, _ port: Int, seed: UInt8) async throws -> TunnelStream {
        let sent = ByteBuffer(bytes: (0..<65_536).map { UInt8(truncatingIfNeeded: $0 &* 31) &+ seed })
        let stream = try await tunnel.openStream(to: "127.0.0.1", port: port)
        try await stream.write(sent)
        var received = ByteBuffer()
        while received.readableBytes < sent.readableBytes, var part = try await stream.read() {
            received.writeBuffer(&part)
        }
        #expect(received == sent)
        return stream
    }
}

extension LocalStack {
    func tunnelConfiguration() throws -> TunnelConfiguration {
        var configuration = TunnelConfiguration(
            gateways: [try GatewayAddress(try variable("HTTVPS_GATEWAY_URL"))],
            deviceID: try variable("HTTVPS_DEVICE_ID"), token: try variable("HTTVPS_DEVICE_TOKEN"))
        configuration.certificateAuthorityFile = try variable("HTTVPS_CA_CERT")
        configuration.openTimeout = .seconds(180)
        configuration.connectTimeout = .seconds(120)
        return configuration
    }

    func openFiles(of name: String) throws -> Int {
        try FileManager.default.contentsOfDirectory(atPath: "/proc/\(processID(of: name))/fd").count
    }

    func hasOneActiveSession() async throws -> Bool {
        try await Poll.until(within: .seconds(90), every: .milliseconds(300)) {
            let active = try? await admin("sessions?status=active&limit=200")["items"] as? [Any]
            return active?.count == 1
        }
    }

    func settles(openFiles before: Int) async throws -> Bool {
        try await Poll.until(within: .seconds(90), every: .milliseconds(300)) {
            let sessions = try await gatewayGauge("httvps_gateway_sessions_active")
            let streams = try await gatewayGauge("httvps_gateway_streams_active")
            return try sessions == 1 && streams == 0 && openFiles(of: "gateway") <= before + 40
        }
    }
}
