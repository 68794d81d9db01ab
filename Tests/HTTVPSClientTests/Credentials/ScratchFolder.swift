import Foundation

@testable import HTTVPSClient

struct ScratchFolder: Sendable {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("httvps-credentials-\(UUID())").path

    var file: CredentialFile { CredentialFile(path: path + "/profile/credentials.json") }

    func mode(of path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return (attributes[.posixPermissions] as? NSNumber)?.intValue ?? -1
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }

    static func using<Value>(_ body: (ScratchFolder) async throws -> Value) async throws -> Value {
        let folder = ScratchFolder()
        defer { folder.remove() }
        return try await body(folder)
    }

    static func profile(access: String = "access", refresh: String = "hvr_1", lives seconds: Double = 900)
        -> DeviceProfile
    {
        let end = Date(timeIntervalSince1970: (Date().timeIntervalSince1970 + seconds).rounded())
        return DeviceProfile(
            deviceID: "dev_1", accessToken: access, accessExpiresAt: end, refreshToken: refresh,
            gateways: [.init(url: "wss://a.test/ws", region: "eu")], certificateAuthorityFile: "/ca.pem",
            backend: "https://b.test")
    }
}
