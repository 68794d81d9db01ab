import AsyncHTTPClient
package import Foundation
import HTTVPSConfiguration
package import HTTVPSObservability
import HTTVPSProtocol
import Logging
import NIOCore
import NIOHTTP1

package struct GatewayDoctor: Sendable {
    private static let soon: TimeInterval = 14 * 86_400

    private let configuration: GatewayConfiguration
    private let deviceID: String?
    private let now: @Sendable () -> Date

    package init(
        _ configuration: GatewayConfiguration, deviceID: String? = nil,
        now: @escaping @Sendable () -> Date = { Date() }
    ) {
        self.configuration = configuration
        self.deviceID = deviceID
        self.now = now
    }

    package func examine() async -> DiagnosisReport {
        var diagnoses = [Diagnosis.ok("configuration", "has no faults"), certificate, stateDirectory]
        diagnoses += await ports()
        diagnoses += await backend()
        return DiagnosisReport(diagnoses)
    }

    private var certificate: Diagnosis {
        let paths = configuration.listener
        let expiresAt: Date
        do {
            let certificate = try ServerCertificate(certificatePath: paths.certificatePath, keyPath: paths.keyPath)
            expiresAt = Date(timeIntervalSince1970: TimeInterval(certificate.expiresAt))
        } catch {
            return .fail(
                "certificate", "\(error)", "Let GATEWAY_TLS_CERT_PATH and GATEWAY_TLS_KEY_PATH name a pair that fits.")
        }
        let days = Int(expiresAt.timeIntervalSince(now()) / 86_400)
        let date = expiresAt.ISO8601Format()
        if expiresAt <= now() {
            return .fail("certificate", "expired at \(date)", "Renew it now: clients refuse the gateway.")
        }
        if expiresAt.timeIntervalSince(now()) < Self.soon {
            return .warn(
                "certificate", "is good for \(days) more days, until \(date)",
                "Renew it; the running gateway takes new files within 10 s.")
        }
        return .ok("certificate", "fits its key and is good for \(days) more days")
    }

    private var stateDirectory: Diagnosis {
        let path = configuration.stateDirectory
        var place = URL(filePath: path)
        while !FileManager.default.fileExists(atPath: place.path()), place.pathComponents.count > 1 {
            place = place.deletingLastPathComponent()
        }
        guard FileManager.default.isWritableFile(atPath: place.path()) else {
            return .fail(
                "state", "\(path) cannot be written", "Give the gateway's user a GATEWAY_STATE_DIR that outlives it.")
        }
        return .ok("state", "\(path) can be written")
    }

    private func ports() async -> [Diagnosis] {
        let (door, admin) = (configuration.listener.address, configuration.admin.address)
        let probe = HealthQuestion(host: admin.host, port: admin.port, path: "/livez")
        return [
            await PortTrial("port", host: door.host, port: door.port).diagnosis(ownProbe: probe),
            await PortTrial("metrics port", host: admin.host, port: admin.port).diagnosis(ownProbe: probe),
        ]
    }

    private func backend() async -> [Diagnosis] {
        let http = HTTPClient(eventLoopGroupProvider: .singleton, configuration: ControlPlaneClient.httpConfiguration)
        var diagnoses = await BackendTrial(connection: configuration.backend, http: http, now: now).diagnoses()
        if let deviceID, !diagnoses.contains(where: { $0.state == .fail }) {
            diagnoses += await nodes(of: deviceID, http)
        }
        try? await http.shutdown()
        return diagnoses
    }

    private func nodes(of deviceID: String, _ http: HTTPClient) async -> [Diagnosis] {
        guard let url = configuration.identity.publicURL.flatMap(URL.init(string:)), let host = url.host(),
            let target = UInt16(exactly: url.port ?? 443).flatMap({ TargetAddress(hostText: host, port: $0) })
        else {
            return [.warn("nodes", "there is no address to try them with", "Set GATEWAY_PUBLIC_URL.")]
        }
        let controlPlane = ControlPlaneClient(
            http: http, backend: configuration.backend, metrics: GatewayMetrics(),
            logger: Logger(label: "doctor") { _ in SwiftLogNoOpLogHandler() })
        return await NodeTrial(controlPlane: controlPlane, deviceID: deviceID, target: target).diagnoses()
    }
}
