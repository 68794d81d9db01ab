import AsyncHTTPClient
import Foundation
package import Logging
import NIOCore
import NIOHTTP1
import ServiceLifecycle

package struct SpanCollector: Service, CustomStringConvertible {
    struct Refusal: Error { var status: UInt }

    package var description: String { "SpanCollector" }

    private let configuration: TraceConfiguration
    private let resource: [(String, String)]
    private let queue: SpanQueue
    private let logger: Logger

    package init(
        _ configuration: TraceConfiguration, queue: SpanQueue, service: String, instance: String, logger: Logger
    ) {
        self.configuration = configuration
        self.queue = queue
        self.logger = logger
        resource = [
            ("service.name", service), ("service.version", BuildInfo.version), ("service.instance.id", instance),
        ]
    }

    package func run() async throws {
        let http = HTTPClient(
            eventLoopGroupProvider: .singleton,
            configuration: HTTPClient.Configuration(redirectConfiguration: .disallow))
        let exporter = SpanExporter(queue: queue, pause: .seconds(1), logger: logger) { spans in
            try await send(spans, by: http)
        }
        try? await exporter.run()
        try await http.shutdown()
    }

    private func send(_ spans: [FinishedSpan], by http: HTTPClient) async throws {
        var request = HTTPClientRequest(url: configuration.endpoint.appending(path: "v1/traces").absoluteString)
        request.method = .POST
        request.headers = ["content-type": "application/json", "user-agent": "httvps/\(BuildInfo.version)"]
        for header in configuration.headers.flatMap({ TraceConfiguration.headerPairs($0.reveal()) }) ?? [] {
            request.headers.add(name: header.name, value: header.value)
        }
        request.body = .bytes(ByteBuffer(bytes: OTLPDocument(spans, resource: resource).bytes))
        let response = try await http.execute(request, timeout: .seconds(5))
        _ = try? await response.body.collect(upTo: 1 << 16)
        guard (200..<300).contains(response.status.code) else { throw Refusal(status: response.status.code) }
    }
}
