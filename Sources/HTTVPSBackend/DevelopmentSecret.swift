import Foundation
import HTTVPSObservability
import HTTVPSSodium

struct DevelopmentSecret {
    let folder: String

    func secret() throws -> Secret {
        let path = folder + "/backend-secret-key"
        if let kept = try? String(contentsOfFile: path, encoding: .utf8),
            kept.utf8.count >= KeyRing.minimumSecretLength
        {
            return Secret(kept)
        }
        let fresh = Data(SecureRandom.bytes(32)).base64URL
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        guard
            FileManager.default.createFile(
                atPath: path, contents: Data(fresh.utf8), attributes: [.posixPermissions: 0o600])
        else { throw CocoaError(.fileWriteNoPermission) }
        return Secret(fresh)
    }
}
