import Foundation
import HTTVPSGateway
import HTTVPSObservability
import Logging
import Testing

struct GatewayStartTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "httvps-start-\(UUID().uuidString)").path()

    private func build() throws {
        let backend = BackendConnection(
            baseURL: try #require(URL(string: "http://127.0.0.1:1")), token: Secret("hvg_1"))
        var configuration = GatewayConfiguration(
            listener: ListenerConfiguration(certificatePath: "/nonexistent/cert.pem", keyPath: "/nonexistent/key.pem"),
            backend: backend, identity: GatewayIdentity(nodeID: "gwy_1"))
        configuration.stateDirectory = directory
        _ = try buildGateway(
            configuration: configuration, logger: Logger(label: "t") { _ in SwiftLogNoOpLogHandler() })
    }

    @Test("A gateway whose state directory is taken says so instead of starting")
    func taken() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let journal = try UsageJournal(directory: directory)
        #expect { try build() } throws: { ($0 as? JournalError)?.code == .inUse }
        #expect(journal.recovered.isEmpty)
    }

    @Test("A gateway without its certificate does not start, and leaves its state directory free")
    func certificate() throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        #expect(throws: (any Error).self) { try build() }
        #expect(try UsageJournal(directory: directory).recovered.isEmpty)
    }
}
