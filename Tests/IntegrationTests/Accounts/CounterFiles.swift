import Foundation
import HTTVPSProtocol
import HTTVPSTestSupport
import Testing

@testable import HTTVPSGateway

struct CounterFiles {
    private static let suffix = ".counters"

    private let state: URL
    private let kept: URL

    init(of stack: LocalStack) throws {
        state = stack.directory.appendingPathComponent("gateway")
        kept = stack.directory.appendingPathComponent("kept-counters")
        try FileManager.default.createDirectory(at: kept, withIntermediateDirectories: true)
    }

    func keep() {
        for name in names(in: state) {
            let (file, copy) = (state.appendingPathComponent(name), kept.appendingPathComponent(name))
            if !FileManager.default.fileExists(atPath: copy.path) { link(file.path, copy.path) }
        }
    }

    var epochs: Int { names(in: kept).count }

    func totals() throws -> [String: SessionTotals] {
        var totals: [String: SessionTotals] = [:]
        for name in names(in: kept) {
            let bytes = [UInt8](try Data(contentsOf: kept.appendingPathComponent(name)))
            for session in CounterFileLayout.decode(bytes)?.sessions ?? [] {
                totals[session.sessionID, default: SessionTotals()].add(
                    up: session.bytesUp, down: session.bytesDown, streams: session.streamsOpened)
            }
        }
        return totals.filter { $0.value != SessionTotals() }
    }

    private func names(in folder: URL) -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.filter { $0.hasSuffix(Self.suffix) }
    }
}

extension CounterFiles {
    func settled(in stack: LocalStack) async throws -> MovedBytes {
        keep()
        var told: [String: SessionTotals] = [:]
        _ = try await Poll.until(within: .seconds(120), every: .milliseconds(500)) {
            let pending = (try? await stack.gatewayGauge("httvps_gateway_usage_pending_sessions")) ?? 1
            told = (try? await stack.sessionTotals()) ?? told
            return try pending == 0 && told == totals()
        }
        #expect(try told == totals())
        return told.values.reduce(into: MovedBytes()) { sum, session in
            sum.up += session.up
            sum.down += session.down
        }
    }
}
