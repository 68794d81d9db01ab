import ArgumentParser
import Foundation
import HTTVPSClient

struct Status: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Say which device is enrolled here, and where it connects to.",
        discussion: "Tokens and the gateways' paths are not shown. Exit code 78 when no credentials are kept.")

    private struct Report: Encodable {
        var deviceID: String
        var backend: String?
        var gateways: [DeviceProfile.Gateway]
        var caCert: String?
        var accessExpiresAt: Date
        var file: String

        enum CodingKeys: String, CodingKey {
            case backend, gateways, file
            case deviceID = "device_id"
            case caCert = "ca_cert"
            case accessExpiresAt = "access_expires_at"
        }
    }

    @OptionGroup(title: "Credentials")
    var profile: ProfileOptions

    @Flag(help: "Print JSON.")
    var json = false

    func run() async throws {
        try await ExitStatus.reporting {
            let file = profile.file(ProcessInfo.processInfo.environment)
            let kept = try await file.read()
            if json { return try Terminal.print(json: try Self.json(kept, file)) }
            try Terminal.print(Self.lines(kept, file).joined(separator: "\n"))
        }
    }

    private static func json(_ kept: DeviceProfile, _ file: CredentialFile) throws -> String {
        let encoder = JSONEncoder()
        encoder.dateEncodingStrategy = .iso8601
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let report = Report(
            deviceID: kept.deviceID, backend: kept.backend, gateways: shown(kept.gateways),
            caCert: kept.certificateAuthorityFile, accessExpiresAt: kept.accessExpiresAt, file: file.path)
        return String(decoding: try encoder.encode(report), as: UTF8.self)
    }

    static func lines(_ kept: DeviceProfile, _ file: CredentialFile, at now: Date = Date()) -> [String] {
        let left = kept.accessExpiresAt.timeIntervalSince(now)
        let access = left > 0 ? "good for \(Int(left / 60)) min" : "expired, renewed with the next connection"
        let gateways = shown(kept.gateways).map { gateway in
            Printable.text(gateway.region.map { "\(gateway.url) (\($0))" } ?? gateway.url)
        }
        return [
            "device    \(Printable.text(kept.deviceID))",
            "backend   \(Printable.text(kept.backend ?? "not known"))",
            "gateways  \(gateways.isEmpty ? "none" : gateways.joined(separator: "\n          "))",
            "trusts    \(Printable.text(kept.certificateAuthorityFile ?? "the system's authorities"))",
            "access    \(access)",
            "kept in   \(Printable.text(file.path))",
        ]
    }

    private static func shown(_ gateways: [DeviceProfile.Gateway]) -> [DeviceProfile.Gateway] {
        gateways.map { gateway in
            let address = try? GatewayAddress(gateway.url)
            return DeviceProfile.Gateway(url: address?.description ?? gateway.url, region: gateway.region)
        }
    }
}
