import Foundation
import HTTVPSClient

struct ProbePage {
    private struct Document: Encodable {
        struct Failure: Encodable {
            var code: String
            var message: String
            var reason: String?
            var phase: String?
        }

        var gateway: String
        var ok: Bool
        var carrier: String?
        var tls: String?
        var alpn: String?
        var region: String?
        var sessionID: String?
        var phases: [String: Double]
        var total: Double
        var error: Failure?

        enum CodingKeys: String, CodingKey {
            case gateway, ok, carrier, tls, alpn, region, error
            case sessionID = "session_id"
            case phases = "phases_ms"
            case total = "total_ms"
        }
    }

    let report: ProbeReport

    init(_ report: ProbeReport) { self.report = report }

    var lines: [String] {
        let details = [report.carrier?.shortName, report.tlsVersion, report.region].compactMap { $0 }
        let head = "\(report.gateway)" + (details.isEmpty ? "" : "  \(details.joined(separator: ", "))")
        let steps = report.steps.map { Self.line($0.phase.rawValue, StatusLine.duration($0.duration)) }
        guard let error = report.error else {
            return [head] + steps + [Self.line("total", StatusLine.duration(report.total))]
        }
        return [head] + steps + [Self.line(report.failedPhase?.rawValue ?? "probe", "failed: \(error)")]
    }

    var text: String { lines.map(Printable.text).joined(separator: "\n") }

    func json() throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let phases = report.steps.map { ($0.phase.rawValue, Self.milliseconds($0.duration)) }
        let failure = report.error.map { error in
            Document.Failure(
                code: error.code.rawValue, message: error.message, reason: error.reason,
                phase: report.failedPhase?.rawValue)
        }
        let document = Document(
            gateway: "\(report.gateway)", ok: report.isPassed, carrier: report.carrier?.shortName,
            tls: report.tlsVersion, alpn: report.applicationProtocol, region: report.region,
            sessionID: report.sessionID, phases: Dictionary(phases) { $1 }, total: Self.milliseconds(report.total),
            error: failure)
        return String(decoding: try encoder.encode(document), as: UTF8.self)
    }

    private static func line(_ name: String, _ text: String) -> String {
        "  " + name + String(repeating: " ", count: max(1, 10 - name.count)) + text
    }

    private static func milliseconds(_ duration: Duration) -> Double {
        (duration / .microseconds(10)).rounded() / 100
    }
}
