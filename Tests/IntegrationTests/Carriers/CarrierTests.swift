import Foundation
import HTTVPSClient
import HTTVPSTestSupport
import NIOCore
import Testing

@Suite("Both carriers through the whole stack", .serialized)
struct CarrierTests {
    private static let expected: [(CarrierPreference, CarrierKind)] = [
        (.auto, .http2), (.h2, .http2), (.http1, .http1),
    ]

    @Test("carry a file byte for byte, and a probe passes every step on each")
    func everyCarrier() async throws {
        let file = FileSite.noise(8 << 20)
        try await FileSite.serving(["file.bin": file]) { site in
            try await LocalStack.running { stack in
                for (preference, kind) in Self.expected {
                    var configuration = try stack.tunnelConfiguration()
                    configuration.carrier = preference
                    let report = try await Tunnel.probe(configuration, target: ("127.0.0.1", site.port))
                    #expect(report.isPassed && report.carrier == kind, "\(report)")
                    #expect(report.steps.map(\.phase) == ProbeReport.Phase.allCases)
                    #expect(try await Self.fetch(site, configuration, over: kind) == file)
                }
            }
        }
    }

    private static func fetch(
        _ site: FileSite, _ configuration: TunnelConfiguration, over kind: CarrierKind
    ) async throws -> Data {
        let tunnel = try Tunnel(configuration)
        let run = Task { try await tunnel.run() }
        let stream = try await tunnel.openStream(to: "127.0.0.1", port: site.port)
        try await stream.write(ByteBuffer(string: "GET /file.bin HTTP/1.0\r\n\r\n"))
        var answer = Data()
        for try await piece in stream { answer.append(contentsOf: piece.readableBytesView) }
        #expect(await tunnel.statistics.carrier == kind)
        tunnel.stop()
        try await run.value
        let end = try #require(answer.range(of: Data("\r\n\r\n".utf8)))
        return answer[end.upperBound...]
    }
}
