import Foundation
import HTTVPSClient
import NIOSSL

enum AuthorityFile {
    static func checked(_ path: String) throws(ClientError) -> String {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), !isFolder.boolValue,
            FileManager.default.isReadableFile(atPath: path)
        else { throw ClientError(.configuration, "the certificate file \(path) cannot be read") }
        guard let certificates = try? NIOSSLCertificate.fromPEMFile(path), !certificates.isEmpty else {
            throw ClientError(.configuration, "the certificate file \(path) holds no certificate in PEM form")
        }
        return path
    }
}
