import Foundation
import HTTVPSObservability

struct HostLoad: Sendable {
    private var cpuSeconds = ProcessMetrics.cpuSeconds()
    private var measuredAt = ContinuousClock.now

    mutating func cpu(at now: ContinuousClock.Instant = .now) -> Double {
        let used = ProcessMetrics.cpuSeconds()
        let elapsed = (now - measuredAt) / .seconds(1)
        let cores = Double(max(1, ProcessInfo.processInfo.activeProcessorCount))
        defer { (cpuSeconds, measuredAt) = (used, now) }
        guard elapsed > 0 else { return 0 }
        return Self.share((used - cpuSeconds) / elapsed / cores)
    }

    static func memory() -> Double {
        Self.share(ProcessMetrics.residentBytes() / Double(max(1, ProcessInfo.processInfo.physicalMemory)))
    }

    private static func share(_ value: Double) -> Double { (min(max(value, 0), 1) * 1_000).rounded() / 1_000 }
}
