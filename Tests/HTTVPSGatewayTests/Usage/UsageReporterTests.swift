import Foundation
import HTTVPSGateway
import HTTVPSObservability
import HTTVPSProtocol
import HTTVPSTestSupport
import Logging
import ServiceLifecycle
import Synchronization
import Testing

struct UsageReporterTests {
    private let directory = FileManager.default.temporaryDirectory
        .appending(path: "httvps-usage-\(UUID().uuidString)").path()
    private let plane = FakeControlPlane()
    private let registry = FakeRegistry()
    private let backend = SharedBackend()
    private let limits = SessionLimits(
        maxStreams: 1, maxSessions: 1, rateBytesPerSecond: nil, leaseBytes: nil, leaseSeconds: 30)

    final class SharedBackend: Sendable {
        let model = Mutex(BackendModel())

        func take(_ request: UsageReportRequest) -> UsageReportResponse { model.withLock { $0.take(request) } }

        func total(of session: String) -> BackendModel.Totals { model.withLock { $0.total(of: session) } }

        func hasEnded(_ session: String) -> Bool { model.withLock { $0.ended.contains(session) } }

        func hasSeen(_ session: String) -> Bool { model.withLock { $0.seen.contains(session) } }
    }

    private static let quiet = Logger(label: "t") { _ in SwiftLogNoOpLogHandler() }

    private func reporter(logger: Logger = Self.quiet) throws -> UsageReporter {
        UsageReporter(
            controlPlane: plane, journal: try UsageJournal(directory: directory), registry: registry,
            retention: .seconds(600), metrics: GatewayMetrics(), logger: logger)
    }

    private func running(
        _ reporter: UsageReporter, graceful: Bool = true, _ body: () async throws -> Void
    ) async throws {
        let group = ServiceGroup(services: [reporter], logger: Self.quiet)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try? await group.run() }
            try await body()
            if graceful { await group.triggerGracefulShutdown() } else { tasks.cancelAll() }
            try await tasks.waitForAll()
        }
    }

    private func answering() {
        plane.onUsage { [backend] request in .success(backend.take(request)) }
    }

    @Test("Bytes counted until the end reach the backend before the service ends")
    func finalReport() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        answering()
        let reporter = try reporter()
        let meter = reporter.openSession(sessionID: "ses_1", limits: limits).meter
        try await running(reporter) {
            try await eventually { backend.hasSeen("ses_1") }
            meter.countUp(100)
            meter.countDown(2_000)
            meter.countStream()
        }
        #expect(backend.total(of: "ses_1") == .init(up: 100, down: 2_000, streams: 1))
    }

    @Test("An ordinary end logs no error of the journal", arguments: [true, false])
    func quietEnd(graceful: Bool) async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        answering()
        let log = Pipe()
        let output = LogOutput(descriptor: log.fileHandleForWriting.fileDescriptor)
        let reporter = try reporter(
            logger: Bootstrap.logger(label: "t", level: .error, format: .json, output: output))
        _ = reporter.openSession(sessionID: "ses_1", limits: limits)
        try await running(reporter, graceful: graceful) { try await eventually { backend.hasSeen("ses_1") } }
        try log.fileHandleForWriting.close()
        let written = try log.fileHandleForReading.readToEnd() ?? Data()
        #expect(String(decoding: written, as: UTF8.self) == "")
    }

    @Test("The end of a session is reported at once")
    func endAtOnce() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        answering()
        let reporter = try reporter()
        try await running(reporter) {
            let meter = reporter.openSession(sessionID: "ses_1", limits: limits).meter
            meter.countUp(7)
            reporter.endSession(sessionID: "ses_1", reason: "client_closed")
            try await eventually(within: .seconds(60)) { backend.hasEnded("ses_1") }
        }
        #expect(reporter.openSessions == [])
        #expect(backend.total(of: "ses_1").up == 7)
    }

    @Test("Nothing is lost while the backend is away, and its return is noticed")
    func outage() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        let reporter = try reporter()
        try await running(reporter) {
            let meter = reporter.openSession(sessionID: "ses_1", limits: limits).meter
            meter.countDown(5)
            reporter.endSession(sessionID: "ses_1", reason: "x")
            try await Task.sleep(for: .milliseconds(50))
            answering()
            try await eventually { backend.hasEnded("ses_1") }
        }
        #expect(backend.total(of: "ses_1") == .init(up: 0, down: 5, streams: 0))
    }

    @Test("What a gateway could not report before it died is reported by the next one", arguments: [true, false])
    func restart(graceful: Bool) async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        do {
            let first = try reporter()
            try await running(first, graceful: graceful) {
                first.openSession(sessionID: "ses_1", limits: limits).meter.countUp(11)
            }
        }
        answering()
        var successor: UsageReporter?
        try await eventually {
            successor = try reporter()
            return true
        }
        let second = try #require(successor)
        try await running(second) { try await eventually { backend.hasEnded("ses_1") } }
        #expect(backend.total(of: "ses_1") == .init(up: 11, down: 0, streams: 0))
    }

    @Test("Revocations and leases reach the sessions, and a spent lease is reported at once")
    func leases() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        plane.onUsage { [backend] request in
            var response = backend.take(request)
            response.revoke = [SessionRevocation(sessionID: "ses_9", reason: "blocked")]
            response.leases = [.init(sessionID: "ses_1", leaseBytes: 10, leaseSeconds: 3)]
            return .success(response)
        }
        let reporter = try reporter()
        try await running(reporter) {
            let meter = reporter.openSession(sessionID: "ses_1", limits: limits).meter
            try await eventually { registry.events.revoked.contains("ses_9 blocked") }
            meter.countUp(25)
            reporter.reportSoon(sessionID: "ses_1")
            let expected = LeaseGrant(sessionID: "ses_1", bytes: 10, seconds: 3, countedFrom: 25)
            try await eventually(within: .seconds(60)) { registry.events.grants.last == expected }
        }
    }

    @Test("A gateway whose token is not accepted ends its sessions and keeps its usage")
    func unauthenticated() async throws {
        defer { try? FileManager.default.removeItem(atPath: directory) }
        plane.onUsage { _ in .failure(ControlPlaneError(.unauthenticated, "no")) }
        let reporter = try reporter()
        _ = reporter.openSession(sessionID: "ses_1", limits: limits)
        try await running(reporter) { try await eventually { !registry.events.endedAll.isEmpty } }
        let kept = try FileManager.default.contentsOfDirectory(atPath: directory).filter { $0.hasSuffix(".counters") }
        #expect(kept.count == 1)
    }
}
