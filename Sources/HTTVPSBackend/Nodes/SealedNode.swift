import Foundation
import HTTVPSProtocol

struct SealedNode: Decodable, Sendable {
    var nodeID: String
    var host: String
    var port: UInt16
    var method: String
    var sealed: String
    var keyID: String
    var prefix: String?
    var halfClose: Bool
    var region: String
    var weight: Int
    var accessKeyID: String?

    private enum CodingKeys: String, CodingKey {
        case host, port, method, sealed, prefix, region, weight
        case nodeID = "node_id"
        case keyID = "key_id"
        case halfClose = "half_close"
        case accessKeyID = "access_key_id"
    }

    static func list(_ json: String) throws -> [SealedNode] {
        try JSONDecoder().decode([SealedNode].self, from: Data(json.utf8))
    }

    func opened(with vault: NodeVault) throws -> AssignedNode {
        let bytes = Data(base64Encoded: sealed, options: .ignoreUnknownCharacters) ?? Data()
        let password = try vault.open(.init(keyID: keyID, bytes: [UInt8](bytes)), column: .password, nodeID: nodeID)
        return AssignedNode(
            nodeID: nodeID, host: host, port: port, method: method, password: password, prefix: prefix,
            halfClose: halfClose, region: region, weight: weight, accessKeyID: accessKeyID)
    }
}
